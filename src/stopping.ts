import { setMaxListeners } from "node:events";
import type { ServerResponse } from "node:http";
import { InferenceError } from "../inference/index.ts";

/** What is said to whom a stopping server refuses, or does not wait for. */
export const stoppingError = { code: "MODEL_UNAVAILABLE", message: "The server is stopping." } as const;

/** How far a server has come with stopping: it refuses what is new, waits for what it is answering, then cuts that. */
export class Stopping {
  readonly #answering = new Set<ServerResponse>();
  readonly #beginning = new AbortController();
  readonly #cutting = new AbortController();

  constructor() {
    // Each request that is being answered listens.
    setMaxListeners(0, this.#beginning.signal, this.#cutting.signal);
  }

  /** Whether what is new is refused. */
  get hasBegun(): boolean {
    return this.begun.aborted;
  }

  /** Aborted once what is new is refused, and what has no end of its own shall end. */
  get begun(): AbortSignal {
    return this.#beginning.signal;
  }

  /** Requests that are being answered. */
  get numAnswering(): number {
    return this.#answering.size;
  }

  /** Aborted once nothing more is waited for; the reason is the error that says so. */
  get cut(): AbortSignal {
    return this.#cutting.signal;
  }

  /** Counts a request as long as it is being answered. */
  watch(response: ServerResponse): void {
    this.#answering.add(response);
    response.once("close", () => this.#answering.delete(response));
  }

  begin(): void {
    this.#beginning.abort();
  }

  /** Ends what is still being answered, with a code. */
  cutOff(): void {
    this.#cutting.abort(new InferenceError(stoppingError.code, stoppingError.message));
  }
}
