import { InferenceError } from "./errors.ts";
import type { DeviceChoice } from "./onnx/target.ts";
import type { Inference, SubmitOptions } from "./inference.ts";
import { Outstanding } from "./outstanding.ts";
import type { SchedulerView } from "./scheduler-view.ts";
import type { ModelInfo, ResultOf, Task } from "./task.ts";
import { revivedError } from "./worker/plain-error.ts";
import type { FromWorker, WorkerConfig } from "./worker/protocol.ts";
import { Supervisor } from "./worker/supervisor.ts";

export interface InferenceOptions {
  readonly worker: WorkerConfig;
  /** Requests in flight beyond which a new one is refused with OVERLOADED. */
  readonly maxRequests: number;
  /** Bytes of pictures that requests in flight may hold together; beyond, likewise. */
  readonly maxRequestBytes: number;
  /** For requests that name no time-out of their own. */
  readonly timeoutMs: number;
  readonly log: (message: string) => void;
}

/** How long to wait for figures that the worker may not be there to give. */
const VIEW_TIMEOUT_MS = 2_000;

/** Starts a worker process for the models, and gives the door to it. Nothing of it is loaded in this process. */
export function startInference(options: InferenceOptions): InferenceClient {
  return new InferenceClient(options);
}

/**
 * Inference over a supervised worker: a request that its worker's death interrupts is sent to the next one, and a chat goes
 * on there from the tokens that it has; one over which workers die again and again fails.
 */
export class InferenceClient implements Inference {
  readonly #options: InferenceOptions;
  readonly #supervisor: Supervisor;
  readonly #outstanding: Outstanding;
  readonly #views = new Map<number, (view: SchedulerView) => void>();
  readonly #loaded: Promise<void>;
  #setLoaded: () => void = () => undefined;
  #models: readonly ModelInfo[];
  #state: "starting" | "ready" | "restarting" | "stopped" = "starting";
  #nextView = 0;
  #device: DeviceChoice;

  constructor(options: InferenceOptions) {
    this.#options = options;
    this.#device = options.worker.device;
    this.#models = [];
    this.#loaded = new Promise((resolve) => (this.#setLoaded = resolve));
    this.#outstanding = new Outstanding({
      maxRequests: options.maxRequests,
      maxBytes: options.maxRequestBytes,
      send: (message) => this.#supervisor.send(message),
    });
    this.#supervisor = new Supervisor(() => ({ ...options.worker, device: this.#device }), {
      onUp: () => this.#outstanding.workerUp(),
      onDown: (reason) => this.#onDown(reason),
      onMessage: (message) => this.#receive(message),
    });
  }

  /** The worker's process id; undefined while there is none. For tests and for people who watch it. */
  get workerPid(): number | undefined {
    return this.#supervisor.pid;
  }

  /** Requests in flight. */
  get numOutstanding(): number {
    return this.#outstanding.size;
  }

  submit<T extends Task>(task: T, options: SubmitOptions = {}): Promise<ResultOf<T>> {
    if (this.#state === "stopped") return Promise.reject(stopping());
    return this.#outstanding.add(task, { ...options, timeoutMs: options.timeoutMs ?? this.#options.timeoutMs });
  }

  models(): readonly ModelInfo[] {
    return this.#models;
  }

  ready(): Promise<void> {
    return this.#loaded;
  }

  async scheduler(): Promise<SchedulerView> {
    if (this.#state !== "ready") return this.#idleView();
    const id = this.#nextView++;
    const answer = new Promise<SchedulerView>((resolve) => {
      this.#views.set(id, resolve);
      setTimeout(() => resolve(this.#idleView()), VIEW_TIMEOUT_MS).unref();
    });
    this.#supervisor.send({ type: "view", id });
    return answer.finally(() => this.#views.delete(id));
  }

  async close(): Promise<void> {
    this.#state = "stopped";
    this.#outstanding.failAll(stopping());
    await this.#supervisor.stop();
  }

  #receive(message: Exclude<FromWorker, { type: "heartbeat" }>): void {
    switch (message.type) {
      case "models":
        return this.#setModels(message);
      case "progress":
        return this.#outstanding.progress(message.id, message.step);
      case "result":
        return this.#outstanding.result(message.id, message.result);
      case "failed":
        return this.#outstanding.failed(message.id, revivedError(message.error));
      case "view":
        return this.#views.get(message.id)?.(message.view);
      case "log":
        return this.#options.log(message.message);
    }
  }

  #setModels({ models, loaded }: Extract<FromWorker, { type: "models" }>): void {
    const known = new Map(this.#models.map((model) => [model.name, model]));
    // A worker that has just been started knows less than the one before it told.
    this.#models = models.map((model) => (isUnopened(model) ? (known.get(model.name) ?? model) : model));
    if (!loaded) return;
    this.#state = "ready";
    this.#setLoaded();
  }

  #onDown(reason: string): void {
    this.#options.log(`The inference worker died (${reason}); another is started.`);
    this.#state = "restarting";
    if (this.#device === "auto" && !this.#models.some(({ device }) => device !== "auto")) this.#giveUpWebGpu();
    this.#models = this.#models.map((model) => (model.state === "READY" ? { ...model, state: "LOADING" } : model));
    this.#outstanding.workerDown(reason);
  }

  /** A driver may end the process that tries it, and would end the next. */
  #giveUpWebGpu(): void {
    this.#options.log("It died before it had chosen its device: the next one runs on the CPU.");
    this.#device = "cpu";
  }

  /** What is known without the worker. */
  #idleView(): SchedulerView {
    const device = this.#models[0]?.device ?? this.#options.worker.device;
    return { devices: [{ id: device, kind: device, state: this.#state, models: [] }] };
  }
}

/** Of a model whose folder the worker has not read yet, nothing but the name is known. */
function isUnopened({ state, tasks }: ModelInfo): boolean {
  return state === "LOADING" && tasks.length === 0;
}

function stopping(): InferenceError {
  return new InferenceError("MODEL_UNAVAILABLE", "The server is stopping.");
}
