import { modelOf, type Task } from "../inference/index.ts";
import type { ClientCode } from "./client-error.ts";
import type { RunEnd, RunWatch, RunWatcher } from "./observed-inference.ts";

/** An operation that has ended, for the log and for those who count. */
export interface FinishedOperation {
  readonly requestId: string;
  /** As its document calls it; undefined where it has no name, or nothing could run. */
  readonly name: string | undefined;
  /** query, mutation or subscription; undefined where nothing could run. */
  readonly type: string | undefined;
  /** OK, or the code of its first error. */
  readonly code: "OK" | ClientCode;
  readonly ms: number;
  readonly inference: readonly FinishedRun[];
}

/** What a model did for it. */
export interface FinishedRun extends RunEnd {
  readonly model: string | undefined;
  readonly kind: Task["kind"];
}

export interface OperationOptions {
  readonly requestId: string;
  /** Told once, at the end. */
  readonly onEnd: (operation: FinishedOperation) => void;
}

/** What becomes of an operation while it runs. */
export class Operation implements RunWatcher {
  readonly #options: OperationOptions;
  readonly #startedAt = performance.now();
  readonly #runs: FinishedRun[] = [];
  #name: string | undefined;
  #type: string | undefined;
  #code: FinishedOperation["code"] = "OK";
  #hasEnded = false;

  constructor(options: OperationOptions) {
    this.#options = options;
  }

  /** The document is known. */
  named({ name, type }: { readonly name: string | undefined; readonly type: string }): void {
    this.#name = name;
    this.#type = type;
  }

  /** Something in it went wrong; what did so first is what it came to. */
  failed(code: ClientCode): void {
    if (this.#code === "OK") this.#code = code;
  }

  began(task: Task): RunWatch {
    const run = { model: modelOf(task), kind: task.kind };
    return { progressed: () => undefined, ended: (end) => void this.#runs.push({ ...run, ...end }) };
  }

  /** Its answer has gone out, or its client. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const { requestId, onEnd } = this.#options;
    const ms = performance.now() - this.#startedAt;
    onEnd({ requestId, name: this.#name, type: this.#type, code: this.#code, ms, inference: this.#runs });
  }
}
