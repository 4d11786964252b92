import {
  asInferenceError,
  type ChatProgress,
  type ErrorCode,
  type Inference,
  type ModelInfo,
  type PlannedTask,
  type ResultOf,
  type SchedulerView,
  type SubmitOptions,
  type Task,
  type Timing,
} from "../inference/index.ts";

/** Is told of every task that is handed to inference. */
export interface RunWatcher {
  began(task: Task): RunWatch;
}

/** Is told how one of them comes on: of a chat, its progress; of any, its end. */
export interface RunWatch {
  progressed(progress: ChatProgress): void;
  ended(end: RunEnd): void;
}

export interface RunEnd {
  readonly code: "OK" | ErrorCode;
  /** Of what was done for a model. */
  readonly timing?: Timing | undefined;
  /** Of what generates a text. */
  readonly tokens?: TokenCounts | undefined;
  /** With OVERLOADED: when trying again is worth it. */
  readonly retryAfterMs?: number | undefined;
}

export interface TokenCounts {
  readonly generated: number;
  /** Of a chat: its prompt's, and of these, those that were there from an earlier turn. */
  readonly prompt?: number | undefined;
  readonly reused?: number | undefined;
}

/** An inference that does as another does, while somebody watches; requests are its client's unless they say whose they are. */
export class ObservedInference implements Inference {
  readonly #inference: Inference;
  readonly #watcher: RunWatcher;
  readonly #claimant: Pick<SubmitOptions, "client" | "salt">;

  constructor(inference: Inference, watcher: RunWatcher, claimant: Pick<SubmitOptions, "client" | "salt"> = {}) {
    this.#inference = inference;
    this.#watcher = watcher;
    this.#claimant = claimant;
  }

  async submit<T extends Task>(task: T, options: SubmitOptions = {}): Promise<ResultOf<T>> {
    const watch = this.#watcher.began(task);
    try {
      const result = await this.#inference.submit(task, {
        ...this.#claimant,
        ...options,
        ...watching(options, watch),
      });
      watch.ended({ code: "OK", timing: "timing" in result ? result.timing : undefined, tokens: tokensOf(result) });
      return result;
    } catch (error) {
      const { code, retryAfterMs } = asInferenceError(error);
      watch.ended({ code, ...(retryAfterMs !== undefined && { retryAfterMs }) });
      throw error;
    }
  }

  expectedMs(task: PlannedTask): number {
    return this.#inference.expectedMs(task);
  }

  models(): readonly ModelInfo[] {
    return this.#inference.models();
  }

  ready(): Promise<void> {
    return this.#inference.ready();
  }

  scheduler(): Promise<SchedulerView> {
    return this.#inference.scheduler();
  }

  close(): Promise<void> {
    return this.#inference.close();
  }
}

function tokensOf(result: ResultOf<Task>): TokenCounts | undefined {
  if (!("tokens" in result)) return undefined;
  const { tokens: generated } = result;
  if (!("promptTokens" in result)) return { generated };
  return { generated, prompt: result.promptTokens, reused: result.reusedTokens };
}

function watching({ onProgress }: SubmitOptions, watch: RunWatch): Pick<SubmitOptions, "onProgress"> {
  if (onProgress === undefined) return {};
  return {
    onProgress: (progress) => {
      watch.progressed(progress);
      onProgress(progress);
    },
  };
}
