import {
  askingOf,
  asInferenceError,
  type ChatProgress,
  type ChatResult,
  deadlineExceeded,
  type GenerationResult,
  type Inference,
  InferenceError,
  leftBy,
  type ModelInfo,
  modelOf,
  type PlannedTask,
  type ResultOf,
  Room,
  type SchedulerView,
  ServiceTimes,
  type SubmitOptions,
  type Task,
} from "../../inference/index.ts";
import { ask, type AskingParts } from "./ask.ts";
import { type Asked, askedOf } from "./asked.ts";
import { Counts } from "./counts.ts";
import { Endpoint } from "./endpoint.ts";
import { modelInfo } from "./model-info.ts";
import { type OpenAiOptions, type Settings, settingsOf } from "./options.ts";
import { unavailable } from "./server-errors.ts";
import { ServerWatch } from "./server-watch.ts";
import { Turns } from "./turns.ts";

/** Of a model whose server does not tell: what a guess of its time is made from until it has answered. */
const ASSUMED_PARAMETERS = 1e8;

/** Opens a model of a server that speaks OpenAI's protocol. The server need not be there yet, or always. */
export function openOpenAi(options: OpenAiOptions): OpenAiInference {
  return new OpenAiInference(settingsOf(options));
}

/**
 * Inference by a server that others wrote: its chats, captions and answers behind our queue, deadlines, events and errors.
 * The server schedules what it is asked; here it is decided who is let in, how many it is asked at once, and in which order.
 */
export class OpenAiInference implements Inference {
  readonly #settings: Settings;
  readonly #endpoint: Endpoint;
  readonly #watch: ServerWatch;
  readonly #room: Room;
  readonly #turns: Turns;
  readonly #counts = new Counts();
  readonly #serviceTimes = new ServiceTimes();
  readonly #closing = new AbortController();

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#endpoint = new Endpoint(settings);
    this.#watch = new ServerWatch({ ...settings, endpoint: this.#endpoint });
    this.#room = new Room({ maxRequests: settings.maxRequests, maxBytes: settings.maxRequestBytes });
    this.#turns = new Turns(settings.maxRunning);
  }

  async submit<T extends Task>(task: T, options: SubmitOptions = {}): Promise<ResultOf<T>> {
    const { timeoutMs = this.#settings.timeoutMs } = options;
    const asked = askedOf(task);
    const asking = askingOf(task, { ...options, timeoutMs });
    const refusal = this.#refusal(task) ?? this.#room.refuse(asking, performance.now());
    if (refusal !== undefined) throw refusal;
    const place = this.#room.enter(asking, performance.now());
    let end: End = "left";
    try {
      const result = await this.#inTime(asked, { ...options, timeoutMs }, () => this.#room.began(place));
      end = { timing: result.timing };
      this.#serviceTimes.took(task, result, this.#parameters);
      return (task.kind === "chat" ? result : spoken(result)) as ResultOf<T>;
    } catch (error) {
      if (error instanceof InferenceError && error.code === "DEADLINE_EXCEEDED") end = "in vain";
      throw error;
    } finally {
      this.#room.leave(place, end, performance.now());
    }
  }

  expectedMs(task: PlannedTask): number {
    return this.#serviceTimes.expectedMs(task, this.#parameters);
  }

  models(): readonly ModelInfo[] {
    return [modelInfo(this.#settings, this.#watch.standing)];
  }

  /** Resolves once the server was there, or was not. */
  ready(): Promise<void> {
    return this.#watch.known();
  }

  scheduler(): Promise<SchedulerView> {
    return Promise.resolve({ devices: [this.#counts.view(this.#settings.name, this.#watch, this.#turns)] });
  }

  close(): Promise<void> {
    this.#closing.abort(unavailable("The server is stopping."));
    this.#watch.close();
    return Promise.resolve();
  }

  /** Carries it out unless its client leaves, its time is over, or nothing more is done here. */
  async #inTime(asked: Asked, options: InTime, onBegun: () => void): Promise<ChatResult> {
    const { timeoutMs, signal: leaving, priority = "default", salt, onProgress } = options;
    const overdue = new AbortController();
    const timer = setTimeout(() => overdue.abort(deadlineExceeded(timeoutMs)), timeoutMs);
    const signals = [overdue.signal, this.#closing.signal, ...(leaving === undefined ? [] : [leaving])];
    const signal = AbortSignal.any(signals);
    const tell = (progress: ChatProgress): void => {
      if (progress.type === "delta") onBegun();
      onProgress?.(progress);
    };
    try {
      return await ask(asked, { ...this.#parts, priority, salt, signal, tell });
    } catch (error) {
      if (signal.aborted) throw leftBy(signal);
      // It is seen sooner than by the next look, then.
      if (asInferenceError(error).code === "MODEL_UNAVAILABLE") void this.#watch.look();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  get #parts(): AskingParts {
    const { maxTokens, maxSilenceMs, name } = this.#settings;
    const [endpoint, watch, turns, counts] = [this.#endpoint, this.#watch, this.#turns, this.#counts];
    return { endpoint, watch, turns, counts, name, maxTokens, maxSilenceMs };
  }

  get #parameters(): number {
    const { standing } = this.#watch;
    const told = standing.state === "READY" ? standing.server.parameters : 0;
    return told > 0 ? told : ASSUMED_PARAMETERS;
  }

  #refusal(task: Task): InferenceError | undefined {
    const { standing } = this.#watch;
    const { name } = this.#settings;
    if (this.#closing.signal.aborted) return unavailable("The server is stopping.");
    if (modelOf(task) !== name) return unavailable(`There is no ${modelOf(task)} here.`);
    return standing.state === "FAILED" ? unavailable(`${name} is not available: ${standing.failure}`) : undefined;
  }
}

type InTime = SubmitOptions & { readonly timeoutMs: number };
type End = Parameters<Room["leave"]>[1];

/** Of an answer that is no stream, which nobody goes on from, the space that its first token begins with is not meant. */
function spoken({ text, tokens, tokenIds, finishReason, timing }: ChatResult): GenerationResult {
  return { text: text.trim(), tokens, tokenIds, finishReason, timing };
}
