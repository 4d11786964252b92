import { InferenceError } from "./errors.ts";
import type { DeviceChoice } from "./onnx/target.ts";
import type { Inference, InferenceOptions, SubmitOptions } from "./inference.ts";
import { KnownModels } from "./known-models.ts";
import { Outstanding } from "./outstanding.ts";
import { UNLIMITED } from "./residency/memory-budget.ts";
import { type Admission, Residency, type ResidencyStep } from "./residency/residency.ts";
import type { SchedulerView, WorkerView } from "./scheduler-view.ts";
import { SchedulerViews } from "./scheduler-views.ts";
import type { ModelInfo } from "./model-info.ts";
import type { ResultOf } from "./result.ts";
import { ServiceTimes } from "./service-times.ts";
import { modelOf, type PlannedTask, type Task } from "./task.ts";
import { revivedError } from "./worker/plain-error.ts";
import type { FromWorker, WorkerConfig, WorkerMessage } from "./worker/protocol.ts";
import { Supervisor } from "./worker/supervisor.ts";

/** How exactly the time is kept after which an idle model is unloaded. */
const TICK_MS = 250;

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
  readonly #residency: Residency;
  readonly #models: KnownModels;
  readonly #serviceTimes = new ServiceTimes();
  readonly #tick: NodeJS.Timeout;
  readonly #views = new SchedulerViews();
  readonly #loaded: Promise<void>;
  #setLoaded: () => void = () => undefined;
  #state: "starting" | "ready" | "restarting" | "stopped" = "starting";
  #device: DeviceChoice;

  constructor(options: InferenceOptions) {
    this.#options = options;
    this.#device = options.worker.device;
    const names = options.worker.models.map(({ name }) => name);
    this.#residency = new Residency(names, options.memory ?? UNLIMITED);
    this.#models = new KnownModels(names, this.#residency);
    this.#loaded = new Promise((resolve) => (this.#setLoaded = resolve));
    this.#outstanding = new Outstanding({
      maxRequests: options.maxRequests,
      maxBytes: options.maxRequestBytes,
      send: (message) => this.#supervisor.send(message),
      admit: (model) => this.#residency.asked(model, performance.now()),
      answered: (task, result) => this.#serviceTimes.took(task, result, this.#models.parametersOf(modelOf(task))),
      ended: (model, where) => this.#ended(model, where),
    });
    this.#supervisor = new Supervisor(() => this.#workerConfig(), {
      onUp: () => this.#outstanding.workerUp(),
      onDown: (reason) => this.#onDown(reason),
      onMessage: (message) => this.#receive(message),
    });
    // Time passes for idle models; all else is decided when something happens.
    this.#tick = setInterval(() => this.#advance(), TICK_MS);
    this.#tick.unref();
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
    if (this.#state === "stopped") return Promise.reject(unavailable("The server is stopping."));
    const problem = this.#notAvailable(modelOf(task));
    if (problem !== undefined) return Promise.reject(problem);
    const { timeoutMs = this.#options.timeoutMs } = options;
    const result = this.#outstanding.add(task, { ...options, timeoutMs });
    this.#advance();
    return result;
  }

  expectedMs(task: PlannedTask): number {
    return this.#serviceTimes.expectedMs(task, this.#models.parametersOf(task.model));
  }

  models(): readonly ModelInfo[] {
    return this.#models.all;
  }

  ready(): Promise<void> {
    return this.#loaded;
  }

  scheduler(): Promise<SchedulerView> {
    const idle = (): WorkerView => this.#idleView();
    if (this.#state !== "ready") return Promise.resolve(this.#views.of(idle()));
    if (this.#supervisor.isSilent) return Promise.resolve(this.#views.silent(idle));
    return this.#views.ask((id) => this.#supervisor.send({ type: "view", id }), idle);
  }

  async close(): Promise<void> {
    this.#state = "stopped";
    clearInterval(this.#tick);
    this.#outstanding.failAll(unavailable("The server is stopping."));
    await this.#supervisor.stop();
  }

  #receive(message: WorkerMessage): void {
    switch (message.type) {
      case "models":
        return this.#setModels(message);
      case "measured":
        return this.#residency.measured(message.model, message.activations);
      case "progress":
        return this.#outstanding.progress(message.id, message.step);
      case "result":
        return this.#outstanding.result(message.id, message.result);
      case "failed":
        return this.#outstanding.failed(message.id, revivedError(message.error));
      case "view":
        return this.#views.answer(message.id, message.view);
      case "log":
        return this.#options.log(message.message);
    }
  }

  #setModels({ models, loaded }: Extract<FromWorker, { type: "models" }>): void {
    this.#models.told(models, performance.now());
    if (loaded) {
      this.#state = "ready";
      this.#setLoaded();
    }
    this.#advance();
  }

  #workerConfig(): WorkerConfig {
    return { ...this.#options.worker, device: this.#device, residents: this.#residency.residents };
  }

  #notAvailable(model: string | undefined): InferenceError | undefined {
    const failure = model === undefined ? undefined : this.#models.failureOf(model);
    return failure === undefined ? undefined : unavailable(`${model} is not available: ${failure}`);
  }

  #ended(model: string, where: Admission): void {
    this.#residency.ended(model, where, performance.now());
    this.#advance();
  }

  /** Has done whatever is decided about which models are in memory. */
  #advance(): void {
    if (this.#state === "stopped") return;
    const next = (): ResidencyStep | undefined => this.#residency.next(performance.now());
    for (let step = next(); step !== undefined; step = next()) this.#take(step);
  }

  #take(step: ResidencyStep): void {
    if (step.kind === "replace") return this.#replaceWorker();
    if (step.kind === "refuse") return this.#outstanding.failModel(step.model, this.#notAvailable(step.model)!);
    if (step.kind === "load") this.#supervisor.send({ type: "load", model: step.model });
    this.#outstanding.place(step.model, "send");
  }

  #replaceWorker(): void {
    const { residents } = this.#residency;
    this.#options.log(`The inference worker is replaced by one with ${residents.join(", ") || "no model"}.`);
    this.#state = "restarting";
    this.#views.restarted("replacements");
    this.#models.workerReplaced();
    this.#outstanding.workerReplaced();
    for (const model of residents) this.#outstanding.place(model, "send");
    this.#supervisor.replace();
  }

  #onDown(reason: string): void {
    this.#options.log(`The inference worker died (${reason}); another is started.`);
    this.#state = "restarting";
    this.#views.restarted("deaths");
    if (this.#device === "auto" && !this.models().some(({ device }) => device !== "auto")) this.#giveUpWebGpu();
    this.#models.workerDied();
    this.#outstanding.workerDown(reason);
    for (const model of this.#residency.died(performance.now())) this.#outstanding.place(model, "hold");
    this.#advance();
  }

  /** A driver may end the process that tries it, and would end the next. */
  #giveUpWebGpu(): void {
    this.#options.log("It died before it had chosen its device: the next one runs on the CPU.");
    this.#device = "cpu";
  }

  /** What is known without the worker. */
  #idleView(): WorkerView {
    const device = this.models()[0]?.device ?? this.#options.worker.device;
    return { id: device, kind: device, state: this.#state, models: [], caches: [] };
  }
}

function unavailable(reason: string): InferenceError {
  return new InferenceError("MODEL_UNAVAILABLE", reason);
}
