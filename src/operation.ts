import { modelOf, type Task } from "../inference/index.ts";
import type { ClientCode } from "./client-error.ts";
import type { RunEnd, RunWatch, RunWatcher } from "./observed-inference.ts";
import type { OperationTrace } from "./traces.ts";

/** An operation that has ended, for the log and for those who count. */
export interface FinishedOperation {
  readonly requestId: string;
  /** As its document calls it; undefined where it has no name, or nothing could run. */
  readonly name: string | undefined;
  /** query, mutation or subscription; undefined where nothing could run. */
  readonly type: string | undefined;
  /** OK, or the code of its first error. */
  readonly code: "OK" | ClientCode;
  /** Of all its errors, each once. */
  readonly codes: readonly ClientCode[];
  /** Undefined where it is not traced. */
  readonly traceId: string | undefined;
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
  /** Absent where operations are not traced. */
  readonly trace?: OperationTrace | undefined;
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
  /** In the order in which they came. */
  readonly #codes = new Set<ClientCode>();
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
    this.#codes.add(code);
  }

  began(task: Task): RunWatch {
    const run = { model: modelOf(task), kind: task.kind };
    const traced = this.#options.trace?.began(task);
    return {
      progressed: (progress) => traced?.progressed(progress),
      ended: (end) => {
        this.#runs.push({ ...run, ...end });
        traced?.ended(end);
      },
    };
  }

  /** Its answer has gone out, or its client. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const { requestId, trace, onEnd } = this.#options;
    const codes = [...this.#codes];
    const finished = {
      ...{ requestId, traceId: trace?.traceId, name: this.#name, type: this.#type },
      ...{ code: codes[0] ?? ("OK" as const), codes },
      ms: performance.now() - this.#startedAt,
      inference: this.#runs,
    };
    trace?.ended(finished);
    onEnd(finished);
  }
}
