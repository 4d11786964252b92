import type { DecoderNetwork, EncoderNetwork, Networks } from "../models/model.ts";
import type { CacheUpdate, DecoderBatch, EncoderBatch, EncoderItem } from "../scheduling/batch.ts";
import type { CallOutputs } from "../scheduling/program.ts";
import { CPU, type Target } from "../onnx/target.ts";
import type { Tensor } from "../tensor.ts";
import { stack, unstack } from "./collate.ts";
import { cacheFeeds, chunkFeeds, chunkPastOf, hasChunks, keepRows, pastOf, runnable } from "./decoder-past.ts";
import { decoderInputs } from "./decoder-inputs.ts";
import { outputsFor, rowLogits } from "./decoder-outputs.ts";
import { type EncoderPass, type EncoderSession, openEncoder } from "./open-encoder.ts";
import { bytesPerRow } from "./cache-shape.ts";
import { KVCache } from "./kv-cache.ts";
import { ResidentCache } from "./resident-cache.ts";
import { heldByPass, usualDecoderPass, usualEncoderPass } from "./warm-up.ts";
import { requireNumbers } from "./require-numbers.ts";
import { createSession, type Session, type SessionOptions } from "./session.ts";

interface Encoder {
  readonly network: EncoderNetwork;
  readonly session: EncoderSession;
  readonly target: Target;
}

interface Decoder {
  readonly network: DecoderNetwork;
  readonly session: Session;
  readonly cache: KVCache;
  /** The cache on the device, where it has memory of its own. */
  readonly resident: ResidentCache | undefined;
  readonly target: Target;
}

export interface LoadOptions extends Pick<SessionOptions, "threads"> {
  /** Of encoders; a decoder's are always packed. */
  readonly encoderWeights?: SessionOptions["weights"];
  /** Where all networks of the model run; the CPU without it. */
  readonly target?: Target;
}

/** Carries out passes: turns batches into graph inputs, runs the networks, and gives results back by item. */
export class ModelRunner {
  readonly #createSession: typeof createSession;
  readonly #encoders = new Map<string, Encoder>();
  readonly #decoders = new Map<string, Decoder>();
  /** One that nobody goes on with is forgotten with its batch. */
  readonly #passes = new WeakMap<EncoderBatch, EncoderPass>();

  /** Tests bring sessions of their own. */
  constructor(create = createSession) {
    this.#createSession = create;
  }

  /** Builds and loads all networks of a model. Errors name the tensor, file or op that was wrong. */
  async load(model: string, networks: Networks, options: LoadOptions): Promise<void> {
    for (const loadNext of this.loadSteps(model, networks, options)) await loadNext();
  }

  /** The same by networks, each of which blocks the thread while it is loaded. */
  loadSteps(model: string, { encoders, decoder }: Networks, options: LoadOptions): (() => Promise<void>)[] {
    const steps = encoders.map((network) => () => this.#loadEncoder(model, network, options));
    return decoder === undefined ? steps : [...steps, () => this.#loadDecoder(model, decoder, options)];
  }

  async #loadEncoder(
    model: string,
    network: EncoderNetwork,
    { threads, target = CPU, encoderWeights = "packed" }: LoadOptions,
  ): Promise<void> {
    const session = await openEncoder(network, { threads, weights: encoderWeights, target }, this.#createSession);
    this.#encoders.set(`${model}/${network.name}`, { network, session, target });
  }

  async #loadDecoder(model: string, network: DecoderNetwork, { threads, target = CPU }: LoadOptions): Promise<void> {
    const session = await this.#createSession(network.build(target), { threads, device: target.device });
    const shape = { ...network, dtype: target.cache };
    const resident = target.device === "webgpu" ? await ResidentCache.create(shape) : undefined;
    const cache = new KVCache(shape, resident);
    this.#decoders.set(model, { network, session, cache, resident, target });
  }

  /**
   * Runs each network of a model on zeros, as large as its passes usually are, and tells how many bytes that took at
   * most; undefined where nobody can tell. For the CPU: a GPU has memory of its own.
   */
  warmUpSteps(model: string, chunkRows: number): (() => Promise<number | undefined>)[] {
    const own = [...this.#encoders].filter(([name]) => name.startsWith(`${model}/`));
    const steps = own.map(
      ([, { session }]) =>
        () =>
          heldByPass(session, usualEncoderPass),
    );
    const decoder = this.#decoders.get(model);
    return decoder === undefined ? steps : [...steps, () => heldByPass(decoder.session, usualDecoderPass(chunkRows))];
  }

  /** Begins or goes on with an encoder pass; where that is its end, gives outputs in the order of the items. */
  async encode(batch: EncoderBatch): Promise<CallOutputs[] | "paused"> {
    const { network: name, items } = batch;
    const { network, session, target } = this.#encoders.get(name)!;
    const pass = this.#passes.get(batch) ?? session.begin(collate(items));
    this.#passes.set(batch, pass);
    const results = await pass.next();
    if (results === "paused") return "paused";
    const outputs = requireNumbers(name, results, target.dtype);
    const own = network.cached ? "own" : "view";
    const columns = Object.entries(outputs).map(([output, tensor]) => {
      if (tensor.dims[0] !== items.length)
        throw new Error(`${name} gave ${output}[${tensor.dims.join(", ")}] for ${items.length} items`);
      return [output, unstack(tensor, own)] as const;
    });
    return items.map((_, i) => Object.fromEntries(columns.map(([output, values]) => [output, values[i]!])));
  }

  /** Brings a decoder's cache to where its next pass, or nobody, wants it. Should that fail, all that it held is lost. */
  prepare(update: CacheUpdate): void {
    const { cache, target } = this.#decoders.get(update.model)!;
    try {
      cache.update({ ...update, capacity: runnable(update.capacity, target) });
    } catch (error) {
      cache.clear();
      throw error;
    }
  }

  /** Runs a decoder pass whose cache is prepared: new rows go to the cache, and the sequences observe the logits they wanted. */
  async decode(batch: DecoderBatch): Promise<void> {
    const { network, session, cache, resident, target } = this.#decoders.get(batch.model)!;
    const { featureWidth, vocabularySize } = network;
    const past = resident === undefined ? pastOf(batch, network) : cache.capacity.rows;
    const chunkPast = chunkPastOf(batch, network);
    const pass = { past, chunkPast, names: new Set(session.inputNames), featureWidth, vocabularySize };
    const { tensors, wanted } = decoderInputs(batch, pass);
    const fetch = outputsFor({ wanted, chunk: batch.chunk }, session.outputNames);
    const { feeds, giveBack } = await cacheFeeds(cache, resident, { ...batch, past });
    const beside = hasChunks(session) ? chunkFeeds(cache, batch.chunk, chunkPast) : {};
    const results = await session.run({ ...tensors, ...feeds, ...beside }, fetch).finally(giveBack);
    const outputs = requireNumbers(`${batch.model}/decoder`, results, target.dtype);
    keepRows(cache, batch, outputs);
    const logits = rowLogits(outputs);
    wanted.forEach(({ sequence, row }, i) => sequence.decoding.observe(row, logits(i)));
  }

  /** Gives back rows that a decoder's cache kept aside; what else it does not need any more, before its next pass. */
  drop(model: string, prefixes: readonly number[]): void {
    const { cache } = this.#decoders.get(model)!;
    const changes = prefixes.map((prefix) => ({ kind: "drop", prefix }) as const);
    cache.update({ changes, capacity: cache.capacity, joins: [] });
    cache.trim();
  }

  /**
   * With nobody running: takes back all of a model's KV memory if there is more of it than these rows take. How many
   * bytes more; 0 unless something was forgotten.
   */
  reclaim(model: string, keptRows: number): number {
    const cache = this.#decoders.get(model)?.cache;
    const leaked = cache === undefined ? 0 : cache.bytes - keptRows * bytesPerRow(cache.shape);
    if (leaked !== 0) cache?.clear();
    return leaked;
  }

  /** Whether a step of a model with a decoder may have a chunk beside it. */
  hasMixedPasses(model: string): boolean {
    return hasChunks(this.#decoders.get(model)!.session);
  }

  /** Bytes of KV memory that a row of a model with a decoder takes. */
  bytesPerRow(model: string): number {
    return bytesPerRow(this.#decoders.get(model)!.cache.shape);
  }

  /** KV memory in use, in bytes. */
  get cacheBytes(): number {
    return [...this.#decoders.values()].reduce((sum, { cache }) => sum + cache.bytes, 0);
  }

  /** Gives all KV memory back, also what is kept; only when no sequence runs, and a scheduler that knows of none. */
  clearCaches(): void {
    for (const { cache } of this.#decoders.values()) cache.clear();
  }
}

/** Graph inputs of an encoder batch, by name. */
function collate(items: readonly EncoderItem[]): Record<string, Tensor> {
  const names = Object.keys(items[0]!.call.inputs);
  return Object.fromEntries(names.map((name) => [name, stack(items.map((item) => inputOf(item, name)))]));
}

function inputOf({ call, resolved }: EncoderItem, name: string): Tensor {
  const input = call.inputs[name]!;
  return "call" in input ? resolved[name]![input.output]! : input;
}
