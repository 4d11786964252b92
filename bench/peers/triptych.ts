import { startDecoding } from "../../inference/generation/decoding.ts";
import type { DecoderNetwork } from "../../inference/models/model.ts";
import { openNetworks } from "../../inference/models/open-networks.ts";
import { CPU } from "../../inference/onnx/target.ts";
import { decoderTarget } from "../../inference/runtime/decoder-target.ts";
import { ModelRunner } from "../../inference/runtime/model-runner.ts";
import type { DecoderBatch, DecoderJoin } from "../../inference/scheduling/batch.ts";
import { fitCapacity, NO_CAPACITY } from "../../inference/scheduling/cache-capacity.ts";
import { newSequence, type Sequence } from "../../inference/scheduling/sequence.ts";
import { type Contender, type ContenderOptions, PROMPT, STEPS, STREAMS, tokenOf } from "./contender.ts";

const MODEL = "model";

/** Ours: passes of the engine's runner, in int4, with all that it does before and after the graph's. */
export async function triptychContender({ name, path, threads }: ContenderOptions, cache: string): Promise<Contender> {
  const { decoder } = await openNetworks(path, { dtype: "int4", cache });
  if (decoder === undefined) throw new Error(`${path} has no language model`);
  const runner = new ModelRunner();
  await runner.load(MODEL, { encoders: [], decoder }, { threads, target: decoderTarget(CPU, "int4", decoder) });
  const streams = new Streams(runner, decoder);
  return {
    name,
    prefill: () => streams.prompt(0),
    fill: async () => {
      for (let slot = 1; slot < STREAMS; slot++) await streams.prompt(slot);
    },
    decode: (count) => streams.decode(count),
    rewind: () => {
      streams.rewind();
      return Promise.resolve();
    },
  };
}

/** Sequences side by side, as a scheduler has them. */
class Streams {
  readonly #runner: ModelRunner;
  readonly #maxRows: number;
  #capacity = NO_CAPACITY;
  #sequences: Sequence[] = [];

  constructor(runner: ModelRunner, { maxPositions }: DecoderNetwork) {
    [this.#runner, this.#maxRows] = [runner, maxPositions];
  }

  /** A new sequence in a slot, its prompt computed in one pass. */
  async prompt(slot: number): Promise<void> {
    this.#sequences[slot] = sequenceOf(slot);
    await this.#pass({ pass: "chunk", first: slot, count: 1, joins: [begin(slot)] });
  }

  async decode(count: number): Promise<void> {
    for (let step = 0; step < STEPS; step++) await this.#pass({ pass: "step", first: 0, count, joins: [] });
  }

  /** The prompt's last row is computed again; those after it are written over. */
  rewind(): void {
    this.#sequences = this.#sequences.map((_, slot) => {
      const sequence = sequenceOf(slot);
      sequence.numComputedRows = PROMPT - 1;
      return sequence;
    });
  }

  async #pass({ pass, first, count, joins }: PassOf): Promise<void> {
    const members = this.#sequences.slice(first, first + count);
    const entries = members.map((sequence) => ({
      sequence,
      numRows: sequence.decoding.rows.length - sequence.numComputedRows,
    }));
    this.#capacity = this.#fitting(first + count);
    const update = { model: MODEL, changes: [], joins, capacity: this.#capacity };
    const batch: DecoderBatch = { kind: "decoder", pass, first, entries, ...update };
    this.#runner.prepare(batch);
    await this.#runner.decode(batch);
    for (const { sequence, numRows } of entries) {
      sequence.numComputedRows += numRows;
      sequence.decoding.advance();
    }
  }

  #fitting(slots: number): typeof NO_CAPACITY {
    const rows = Math.max(...this.#sequences.map(({ decoding }) => decoding.rows.length));
    const reserved = { rows: this.#maxRows, memoryRows: 0 };
    const bound = { maxSlots: STREAMS, maxRows: STREAMS * this.#maxRows };
    return fitCapacity(this.#capacity, { slots, rows }, { reserved, bound });
  }
}

interface PassOf extends Pick<DecoderBatch, "pass" | "first"> {
  readonly count: number;
  readonly joins: readonly DecoderJoin[];
}

function begin(slot: number): DecoderJoin {
  return { slot, memory: undefined, prefix: undefined };
}

function sequenceOf(slot: number): Sequence {
  const decoding = startDecoding({
    promptTokenIds: Array.from({ length: PROMPT }, (_, i) => tokenOf(i)),
    eosTokenIds: [],
    strategy: {
      kind: "sample",
      maxTokens: 2 * STEPS + 2,
      minTokens: 0,
      repetitionPenalty: 1,
      sampling: { kind: "greedy" },
    },
  });
  return newSequence({ id: String(slot), model: MODEL, decoding });
}
