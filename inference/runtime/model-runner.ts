import type { DecoderNetwork, EncoderNetwork, Networks } from "../models/model.ts";
import type { DecoderBatch, EncoderBatch, EncoderItem } from "../scheduling/batch.ts";
import { memoryRows } from "../scheduling/decoder-lane.ts";
import type { CallOutputs } from "../scheduling/program.ts";
import type { Tensor } from "../tensor.ts";
import { stack, unstack } from "./collate.ts";
import { decoderInputs } from "./decoder-inputs.ts";
import { KVCache } from "./kv-cache.ts";
import { createSession, type Session, type SessionOptions } from "./session.ts";

interface Encoder {
  readonly network: EncoderNetwork;
  readonly session: Session;
}

interface Decoder {
  readonly network: DecoderNetwork;
  readonly session: Session;
  readonly cache: KVCache;
}

/** Carries out passes: turns batches into graph inputs, runs the networks, and gives results back by item. */
export class ModelRunner {
  readonly #encoders = new Map<string, Encoder>();
  readonly #decoders = new Map<string, Decoder>();

  /** Builds and loads all networks of a model. Errors name the tensor, file or op that was wrong. */
  async load(model: string, networks: Networks, options: SessionOptions): Promise<void> {
    for (const network of networks.encoders) {
      const session = await createSession(network.build(), options);
      this.#encoders.set(`${model}/${network.name}`, { network, session });
    }
    if (networks.decoder === undefined) return;
    const session = await createSession(networks.decoder.build(), options);
    this.#decoders.set(model, { network: networks.decoder, session, cache: new KVCache(networks.decoder) });
  }

  /** Runs an encoder pass; outputs in the order of the items. */
  async encode(batch: EncoderBatch): Promise<CallOutputs[]> {
    const { network, session } = this.#encoders.get(batch.network)!;
    const outputs = await session.run(collate(batch.items));
    const own = network.cached ? "own" : "view";
    const columns = Object.entries(outputs).map(([name, tensor]) => [name, unstack(tensor, own)] as const);
    return batch.items.map((_, i) => Object.fromEntries(columns.map(([name, items]) => [name, items[i]!])));
  }

  /** Runs a decoder pass: new rows go to the cache, and the sequences observe the logits they wanted. */
  async decode(batch: DecoderBatch): Promise<void> {
    const { session, cache } = this.#decoders.get(batch.model)!;
    this.#prepare(cache, batch);
    const { tensors, wanted } = decoderInputs(batch.entries, cache.rows);
    const outputs = await session.run({ ...tensors, ...cache.inputs(batch.entries.length) });
    batch.entries.forEach(({ sequence, numRows }, slot) => cache.append(slot, sequence.numComputedRows, numRows, outputs));
    const logits = unstack(outputs["logits"]!, "view");
    wanted.forEach(({ sequence, row }, i) => sequence.decoding.observe(row, logits[i]!.data as Float32Array));
  }

  /** KV memory in use, in bytes. */
  get cacheBytes(): number {
    return [...this.#decoders.values()].reduce((sum, { cache }) => sum + cache.bytes, 0);
  }

  /** Gives the KV memory back; only when no sequence runs. */
  clearCaches(): void {
    for (const { cache } of this.#decoders.values()) cache.clear();
  }

  #prepare(cache: KVCache, { moves, entries }: DecoderBatch): void {
    for (const move of moves) cache.move(move);
    cache.fit({
      slots: entries.length,
      rows: Math.max(...entries.map(({ sequence, numRows }) => sequence.numComputedRows + numRows)),
      memoryRows: Math.max(...entries.map(({ sequence }) => memoryRows(sequence.memory))),
    });
    entries.forEach(({ sequence }, slot) => {
      if (sequence.numComputedRows === 0 && sequence.memory !== undefined) cache.setMemory(slot, sequence.memory);
    });
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
