import { modelOf, type Task } from "../inference/index.ts";
import type { Charge } from "./charge.ts";
import type { ClientCode } from "./client-error.ts";
import type { RunEnd, RunWatch, RunWatcher } from "./observed-inference.ts";
import type { OperationTrace } from "./traces.ts";

/** Who asked, where the server knows. */
export interface Asker {
  readonly tenant: string;
  /** Of their key, or what their token calls them. */
  readonly name: string;
}

/** An operation that has ended, for the log and for those who count. */
export interface FinishedOperation {
  readonly requestId: string;
  readonly asker?: Asker | undefined;
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
  /** What it was expected to take of the device; undefined where nothing could run. */
  readonly expectedMs: number | undefined;
  /** Whose limit of the device's time did not let it run, if one did not. */
  readonly refusedBy: TimeLimit | undefined;
  readonly inference: readonly FinishedRun[];
}

/** That of one document, or that of one client. */
export type TimeLimit = "document" | "client";

/** What a model did for it. */
export interface FinishedRun extends RunEnd {
  readonly model: string | undefined;
  readonly kind: Task["kind"];
}

export interface OperationOptions {
  readonly requestId: string;
  readonly asker?: Asker | undefined;
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
  #expectedMs: number | undefined;
  #refusedBy: TimeLimit | undefined;
  #charge: Charge | undefined;
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

  /** It is known what it will take of the device. */
  expected(ms: number): void {
    this.#expectedMs = ms;
  }

  /** It would take too much. */
  refused(by: TimeLimit): void {
    this.#refusedBy = by;
  }

  /** Its client pays for what it takes. */
  paidBy(charge: Charge): void {
    this.#charge = charge;
    if (this.#hasEnded) charge.over();
  }

  began(task: Task): RunWatch {
    const run = { model: modelOf(task), kind: task.kind };
    const traced = this.#options.trace?.began(task);
    const paid = this.#charge?.began(task);
    return {
      progressed: (progress) => traced?.progressed(progress),
      ended: (end) => {
        this.#runs.push({ ...run, ...end });
        traced?.ended(end);
        paid?.ended(end);
      },
    };
  }

  /** Its answer has gone out, or its client. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#charge?.over();
    const { requestId, asker, trace, onEnd } = this.#options;
    const codes = [...this.#codes];
    const finished = {
      ...{ requestId, asker, traceId: trace?.traceId, name: this.#name, type: this.#type },
      ...{ code: codes[0] ?? ("OK" as const), codes },
      ms: performance.now() - this.#startedAt,
      ...{ expectedMs: this.#expectedMs, refusedBy: this.#refusedBy },
      inference: this.#runs,
    };
    trace?.ended(finished);
    onEnd(finished);
  }
}
