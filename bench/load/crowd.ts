import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Address } from "./asker.ts";
import type { CrowdWork } from "./crowd-work.ts";
import type { Outcome, Pace } from "./paces.ts";

/** What a crowd does. */
export interface CrowdJob extends Address {
  readonly work: CrowdWork;
  readonly pace: Pace;
  /** Of its pictures: other crowds have others. */
  readonly seed: number;
}

/** Who leaves does not wait for answers. */
export type ToCrowd = "begin" | "end" | "leave";
export type FromCrowd = { readonly type: "ready" } | { readonly type: "done"; readonly outcomes: readonly Outcome[] };

/** Clients in a process of their own, so that what they do is not in the way of what another measures. */
export class Crowd {
  readonly #child: ChildProcess;
  readonly #signal: AbortSignal;

  private constructor(child: ChildProcess, signal: AbortSignal) {
    this.#child = child;
    this.#signal = signal;
  }

  /** A crowd whose pictures are made, so that it can begin at once. */
  static async gather(job: CrowdJob, signal: AbortSignal): Promise<Crowd> {
    const path = fileURLToPath(new URL("./crowd-process.ts", import.meta.url));
    const child = fork(path, { execArgv: ["--import", "tsx"], serialization: "advanced" });
    const crowd = new Crowd(child, signal);
    child.send(job);
    await crowd.#told();
    return crowd;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  begin(): void {
    this.#child.send("begin" satisfies ToCrowd);
  }

  /** Sends nothing more; what became of all requests since it began. */
  async end(how: Exclude<ToCrowd, "begin"> = "end"): Promise<readonly Outcome[]> {
    this.#child.send(how);
    const done = (await this.#told()) as Extract<FromCrowd, { type: "done" }>;
    return done.outcomes;
  }

  /** Ends the process, whatever it does. */
  disperse(): void {
    this.#child.kill("SIGKILL");
  }

  async #told(): Promise<FromCrowd> {
    const gone = once(this.#child, "exit", { signal: this.#signal }).then(() => {
      throw new Error("A crowd's process has ended.");
    });
    const message = once(this.#child, "message", { signal: this.#signal }) as Promise<[FromCrowd]>;
    const [told] = await Promise.race([message, gone]);
    gone.catch(() => undefined);
    return told;
  }
}
