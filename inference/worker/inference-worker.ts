import type { Device } from "../onnx/target.ts";
import { Activity } from "./activity.ts";
import { clock } from "./clock.ts";
import { ComputeLink } from "./compute-link.ts";
import type { Loaded } from "./compute-protocol.ts";
import { Pictures } from "./pictures.ts";
import { plainError } from "./plain-error.ts";
import type { ChatStep, FromWorker, ToWorker, WorkerConfig } from "./protocol.ts";
import { ServedModels } from "./served-models.ts";
import { runTask } from "./tasks.ts";
import { Watchdog, watchTimes } from "./watchdog.ts";

const HEARTBEAT_MS = 250;
/** Larger models would keep those who ask first waiting for seconds: their passes stay estimated. */
const MAX_WARM_UP_PARAMETERS = 0.5e9;

type Submit = Extract<ToWorker, { type: "submit" }>;

/** The worker's main thread: takes tasks, has them computed, answers. Knows nothing of the transport. */
export class InferenceWorker {
  readonly #config: WorkerConfig;
  readonly #send: (message: FromWorker) => void;
  readonly #models: ServedModels;
  readonly #pictures: Pictures;
  readonly #compute: ComputeLink;
  readonly #running = new Map<number, AbortController>();
  /** Settled once a model is ready or has failed; by name. */
  readonly #loads = new Map<string, Promise<unknown>>();
  #isLoaded = false;

  constructor(config: WorkerConfig, send: (message: FromWorker) => void) {
    this.#config = config;
    this.#send = send;
    this.#models = new ServedModels(config, {
      onChange: () => this.#sendModels(),
      onFailure: (name, reason) => send({ type: "log", message: `${name} could not be loaded: ${reason}` }),
    });
    this.#pictures = new Pictures({ maxBytes: config.pixelCacheBytes });
    const activity = new Activity();
    this.#compute = new ComputeLink(
      { config, activity: activity.shared },
      {
        onDevice: (device, notes) => this.#onDevice(device, notes),
        onQuantising: (model) => this.#onQuantising(model),
        onLoaded: (loaded) => this.#onLoaded(loaded),
        onMeasured: (model, activations) => send({ type: "measured", model, activations }),
        onLeak: (model, bytes) => send({ type: "log", message: `${model} had lost ${bytes} bytes of KV memory.` }),
        onShed: () => send({ type: "log", message: "Memory ran out: what can be computed again was given back." }),
      },
    );
    void this.#begin();
    setInterval(() => send({ type: "heartbeat" }), HEARTBEAT_MS);
    this.#watch(activity);
  }

  receive(message: Exclude<ToWorker, { type: "start" | "stop" }>): void {
    switch (message.type) {
      case "load":
        return this.#load(message.model);
      case "submit":
        return void this.#submit(message);
      case "cancel":
        return this.#running.get(message.id)?.abort();
      case "view":
        return void this.#view(message.id);
    }
  }

  #watch(activity: Activity): void {
    const { passTimeoutMs, device } = this.#config;
    const times = watchTimes(device, passTimeoutMs);
    const watchdog = new Watchdog({
      ...times,
      activity,
      onSlow: (what) => this.#send({ type: "log", message: `The compute thread ${what}.` }),
      onHung: (reason) => this.#send({ type: "hung", reason }),
    });
    setInterval(() => watchdog.check(), times.everyMs);
  }

  async #begin(): Promise<void> {
    const { models, residents, weightCache } = this.#config;
    for (const name of residents) this.#load(name);
    await Promise.all(models.map((model) => this.#models.identify(model, weightCache)));
    await Promise.all(this.#loads.values());
    this.#isLoaded = true;
    this.#sendModels();
    for (const name of residents) this.#warmUp(name);
  }

  #load(name: string): void {
    const model = this.#config.models.find((served) => served.name === name);
    if (model === undefined || this.#loads.has(name)) return;
    const opened = this.#models.open(model, this.#config.weightCache);
    const loaded = Promise.all([opened, this.#compute.load(model)]);
    this.#loads.set(name, loaded);
    // What is loaded in the beginning waits until all is, so that nothing else grows meanwhile.
    if (this.#isLoaded) void loaded.then(() => this.#warmUp(name));
  }

  #warmUp(name: string): void {
    const model = this.#models.infos.find((info) => info.name === name);
    if (model?.state !== "READY" || model.device !== "cpu" || model.parameters > MAX_WARM_UP_PARAMETERS) return;
    this.#compute.warmUp(name);
  }

  #onQuantising(model: string): void {
    const dtype = this.#config.models.find(({ name }) => name === model)?.dtype;
    this.#send({ type: "log", message: `${model} is being quantised to ${dtype}, once; that may take minutes.` });
  }

  #onDevice(device: Device, notes: readonly string[]): void {
    this.#models.setDevice(device);
    for (const message of notes) this.#send({ type: "log", message });
  }

  #onLoaded(loaded: Loaded): void {
    if ("dtype" in loaded) return this.#models.setOnDevice(loaded.model, loaded.dtype);
    this.#models.fail(
      this.#config.models.find(({ name }) => name === loaded.model)!,
      new Error(loaded.error),
    );
  }

  #sendModels(): void {
    this.#send({ type: "models", models: this.#models.infos, loaded: this.#isLoaded });
  }

  async #submit({ id, task, timeoutMs, claimant }: Submit): Promise<void> {
    const deadline = clock() + timeoutMs;
    const controller = new AbortController();
    this.#running.set(id, controller);
    try {
      if ("model" in task) await this.#loads.get(task.model);
      const context = { models: this.#models, pictures: this.#pictures, compute: this.#compute };
      const tell = (step: ChatStep): void => this.#send({ type: "progress", id, step });
      const result = await runTask(task, { ...context, deadline, signal: controller.signal, claimant, tell });
      this.#send({ type: "result", id, result });
    } catch (error) {
      this.#send({ type: "failed", id, error: plainError(error) });
    } finally {
      this.#running.delete(id);
    }
  }

  async #view(id: number): Promise<void> {
    const { device } = this.#models;
    const { models, features } = await this.#compute.view();
    const caches = [features, ...this.#pictures.caches];
    this.#send({ type: "view", id, view: { id: device, kind: device, state: "ready", models, caches } });
  }
}
