import { sep } from "node:path";
import { asInferenceError, InferenceError } from "../errors.ts";
import { fingerprint, type ImagePreprocessing } from "../image/preprocessing.ts";
import type { Programs } from "../models/model.ts";
import { openModel } from "../models/registry.ts";
import type { ModelInfo, ModelState } from "../model-info.ts";
import type { FloatType } from "../onnx/target.ts";
import { loadTokenizer, type Tokenizer } from "../text/tokenizer.ts";
import type { ServedModel, WorkerConfig } from "./protocol.ts";

/** What the worker's main thread needs of a model: to make programs of requests, and text of tokens. */
export interface ServedPrograms {
  readonly name: string;
  readonly programs: Programs;
  readonly preprocessing: ImagePreprocessing;
  readonly tokenizer: Tokenizer;
}

type Identity = Omit<ModelInfo, "state" | "failure" | "device">;

export interface ServedModelsEvents {
  readonly onChange: () => void;
  readonly onFailure: (name: string, reason: string) => void;
}

/** The models of this worker, each ready once its programs are open here and its networks are loaded on the device. */
export class ServedModels {
  #device: string;
  readonly #identities: Map<string, Identity>;
  readonly #identified = new Map<string, Promise<void>>();
  /** Models that are loaded, or are to be. */
  readonly #wanted = new Set<string>();
  readonly #programs = new Map<string, ServedPrograms>();
  readonly #onDevice = new Map<string, FloatType>();
  readonly #failures = new Map<string, string>();
  readonly #events: ServedModelsEvents;

  constructor({ device, models }: Pick<WorkerConfig, "device" | "models">, events: ServedModelsEvents) {
    this.#device = device;
    this.#identities = new Map(models.map(({ name }) => [name, unopened(name)]));
    this.#events = events;
  }

  /** Where they run: as it was asked for, until it is known. */
  get device(): string {
    return this.#device;
  }

  get infos(): readonly ModelInfo[] {
    return [...this.#identities.values()].map((identity) => ({
      ...identity,
      ...this.#dtypeOf(identity),
      device: this.#device,
      state: this.#stateOf(identity.name),
      failure: this.#failures.get(identity.name),
    }));
  }

  /** The model's programs; MODEL_UNAVAILABLE with the reason if it is not there. */
  get(name: string): ServedPrograms {
    const programs = this.#programs.get(name);
    if (programs !== undefined && !this.#failures.has(name)) return programs;
    const reason = this.#failures.get(name) ?? this.#absence(name);
    throw new InferenceError("MODEL_UNAVAILABLE", `${name} is not available: ${reason}`);
  }

  /**
   * Finds out what a model is, once; its digest may be remembered in `weightCache`. A failure is kept as its state, and
   * does no harm to the others.
   */
  identify(model: ServedModel, weightCache: string): Promise<void> {
    const identified =
      this.#identified.get(model.name) ?? this.#attempt(model, () => this.#identify(model, weightCache));
    this.#identified.set(model.name, identified);
    return identified;
  }

  /** Opens a model's programs, to be served as soon as its networks are on the device. Failures are kept likewise. */
  async open(model: ServedModel, weightCache: string): Promise<void> {
    this.#wanted.add(model.name);
    await this.identify(model, weightCache);
    await this.#attempt(model, async () => {
      const { programs, preprocessing } = openModel(model.folder);
      const tokenizer = await loadTokenizer(model.folder);
      const { name } = model;
      this.#programs.set(name, { name, programs: programs(tokenizer, name), preprocessing, tokenizer });
      this.#events.onChange();
    });
  }

  setDevice(device: string): void {
    if (device === this.#device) return;
    this.#device = device;
    this.#events.onChange();
  }

  /** The model's networks are loaded on the device, whose products are of this type. */
  setOnDevice(name: string, dtype: FloatType): void {
    this.#onDevice.set(name, dtype);
    this.#events.onChange();
  }

  /** The model cannot be served. What it is told first stays the reason. */
  fail({ name, folder }: ServedModel, error: unknown): void {
    if (this.#failures.has(name)) return;
    const reason = withoutFolder(asInferenceError(error).message, folder);
    this.#failures.set(name, reason);
    this.#events.onFailure(name, reason);
    this.#events.onChange();
  }

  #absence(name: string): string {
    if (this.#identities.has(name)) return "it is not loaded; try again";
    return `served are ${[...this.#identities.keys()].join(", ")}`;
  }

  async #identify({ name, folder, dtype }: ServedModel, weightCache: string): Promise<void> {
    const { preprocessing, info } = openModel(folder);
    const details = await info(weightCache);
    const served = dtype === "int8" || dtype === "int4" ? { ...details, dtype } : details;
    this.#identities.set(name, { ...served, name, preprocessing: fingerprint(preprocessing) });
    this.#events.onChange();
  }

  async #attempt(model: ServedModel, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.fail(model, error);
    }
  }

  /** Weights that are not quantised are rounded to float16 where that is what is multiplied in. */
  #dtypeOf({ name, dtype }: Identity): Pick<Identity, "dtype"> {
    const isQuantised = dtype === "int8" || dtype === "int4";
    return { dtype: this.#onDevice.get(name) === "float16" && !isQuantised ? "float16" : dtype };
  }

  #stateOf(name: string): ModelState {
    if (this.#failures.has(name)) return "FAILED";
    if (!this.#wanted.has(name) && this.#identities.get(name)!.tasks.length > 0) return "UNLOADED";
    return this.#programs.has(name) && this.#onDevice.has(name) ? "READY" : "LOADING";
  }
}

/** Clients see the reason: where the folder lies on our disk is not theirs to know. */
function withoutFolder(reason: string, folder: string): string {
  return reason.replaceAll(`${folder}${sep}`, "").replaceAll(folder, "the folder");
}

/** What is known of a checkpoint that is not open yet, or could not be opened. */
function unopened(name: string): Identity {
  return {
    name,
    family: "BLIP",
    tasks: [],
    dtype: "unknown",
    parameters: 0,
    digest: "",
    preprocessing: "",
    licence: undefined,
  };
}
