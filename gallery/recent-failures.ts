import { InferenceError } from "../inference/index.ts";

/** What would fail again, and may cost a worker each time. */
const lasting: readonly InferenceError["code"][] = ["IMAGE_UNREADABLE", "IMAGE_TOO_LARGE", "MODEL_UNAVAILABLE"];
const KEPT_MS = 60_000;
const MAX_KEPT = 1_000;

/** Remembers for a while what has failed, by name, so that it is not tried over and over by all who ask. */
export class RecentFailures {
  readonly #now: () => number;
  /** The oldest first. */
  readonly #failures = new Map<string, { readonly error: InferenceError; readonly until: number }>();

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Takes note of an error, if it is of those that last. */
  add(name: string, error: unknown): void {
    if (!(error instanceof InferenceError) || !lasting.includes(error.code)) return;
    this.#failures.delete(name);
    this.#failures.set(name, { error, until: this.#now() + KEPT_MS });
    if (this.#failures.size > MAX_KEPT) this.#failures.delete([...this.#failures.keys()][0]!);
  }

  /** What it failed of lately; undefined where it may be tried. */
  of(name: string): InferenceError | undefined {
    const failure = this.#failures.get(name);
    if (failure === undefined || this.#now() < failure.until) return failure?.error;
    this.#failures.delete(name);
    return undefined;
  }
}
