import { createHash } from "node:crypto";
import { serialize } from "node:v8";
import { InferenceError } from "./errors.ts";
import type { Task } from "./task.ts";

export interface PoisonListOptions {
  /** Beyond, the oldest are forgotten. */
  readonly maxEntries: number;
  readonly keepMs: number;
  /** Milliseconds. */
  readonly now: () => number;
}

const usual: PoisonListOptions = { maxEntries: 256, keepMs: 600_000, now: () => performance.now() };

/** Tasks over which workers died: for a while, equal ones are refused, as the next worker would die of them as well. */
export class PoisonList {
  readonly #options: PoisonListOptions;
  /** By fingerprint, until when; the oldest first. */
  readonly #until = new Map<string, number>();

  constructor(options: Partial<PoisonListOptions> = {}) {
    this.#options = { ...usual, ...options };
  }

  /** `salt`: whose it was, if others are not to learn of it. */
  add(task: Task, salt?: string): void {
    const { maxEntries, keepMs, now } = this.#options;
    const fingerprint = fingerprintOf(task, salt);
    this.#until.delete(fingerprint);
    this.#until.set(fingerprint, now() + keepMs);
    for (const oldest of this.#until.keys()) {
      if (this.#until.size <= maxEntries) return;
      this.#until.delete(oldest);
    }
  }

  /** Why the task is refused; undefined where it is not. As long as nothing is listed, nothing is hashed. */
  refusal(task: Task, salt?: string): InferenceError | undefined {
    this.#forgetOld();
    if (this.#until.size === 0) return undefined;
    const until = this.#until.get(fingerprintOf(task, salt));
    return until === undefined ? undefined : refused(Math.ceil(until - this.#options.now()));
  }

  #forgetOld(): void {
    const now = this.#options.now();
    for (const [fingerprint, until] of this.#until) {
      if (until > now) return;
      this.#until.delete(fingerprint);
    }
  }
}

/** Of all that a task is, its pictures' bytes too, but for its seed: a chat that has none is given another each time. */
function fingerprintOf(task: Task, salt: string | undefined): string {
  const same = "options" in task ? { ...task, options: { ...task.options, seed: undefined } } : task;
  return createHash("sha256")
    .update(serialize([salt, same]))
    .digest("hex");
}

function refused(retryAfterMs: number): InferenceError {
  const message = `Inference workers died over this same request not long ago: it is refused for ${Math.ceil(retryAfterMs / 1_000)} s more. Ask something else, or change the picture.`;
  return new InferenceError("MODEL_UNAVAILABLE", message, { retryAfterMs });
}
