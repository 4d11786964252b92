import { startDecoding } from "../inference/generation/decoding.ts";
import type { DecoderNetwork } from "../inference/models/model.ts";
import { openNetworks, type Precision } from "../inference/models/open-networks.ts";
import type { Target } from "../inference/onnx/target.ts";
import { decoderTarget } from "../inference/runtime/decoder-target.ts";
import { ModelRunner } from "../inference/runtime/model-runner.ts";
import type { DecoderBatch, DecoderJoin } from "../inference/scheduling/batch.ts";
import { fitCapacity, NO_CAPACITY } from "../inference/scheduling/cache-capacity.ts";
import { newSequence, type Sequence } from "../inference/scheduling/sequence.ts";

const MODEL = "model";

export interface DecoderStreamsOptions extends Precision {
  readonly target: Target;
  readonly threads: number;
  /** As many at most. */
  readonly maxStreams: number;
  readonly promptTokenIds: readonly number[];
  /** Of each stream at most, until it is taken back. */
  readonly maxTokens: number;
}

/**
 * Sequences side by side, as a scheduler has them, which a language model goes on with: passes of the engine's runner, with
 * all that it does before and after the graph's.
 */
export class DecoderStreams {
  readonly #runner: ModelRunner;
  readonly #options: DecoderStreamsOptions;
  readonly #maxRows: number;
  #capacity = NO_CAPACITY;
  #sequences: Sequence[] = [];

  private constructor(runner: ModelRunner, { maxPositions }: DecoderNetwork, options: DecoderStreamsOptions) {
    [this.#runner, this.#maxRows, this.#options] = [runner, maxPositions, options];
  }

  /** Loads the language model of a checkpoint. */
  static async open(folder: string, options: DecoderStreamsOptions): Promise<DecoderStreams> {
    const { decoder } = await openNetworks(folder, options);
    if (decoder === undefined) throw new Error(`${folder} has no language model`);
    const runner = new ModelRunner();
    const target = decoderTarget(options.target, options.dtype, decoder);
    await runner.load(MODEL, { encoders: [], decoder }, { threads: options.threads, target });
    return new DecoderStreams(runner, decoder, options);
  }

  /** A new sequence in a slot, its prompt computed in one pass. */
  async prompt(slot: number): Promise<void> {
    this.#sequences[slot] = this.#sequenceOf(slot);
    await this.#pass({ pass: "chunk", first: slot, count: 1, joins: [begin(slot)] });
  }

  /** The next token of each of the first streams, in one pass. */
  step(count: number): Promise<void> {
    return this.#pass({ pass: "step", first: 0, count, joins: [] });
  }

  /** Takes all back to the ends of their prompts, whose last rows are computed again; those after are written over. */
  rewind(): void {
    this.#sequences = this.#sequences.map((_, slot) => {
      const sequence = this.#sequenceOf(slot);
      sequence.numComputedRows = this.#options.promptTokenIds.length - 1;
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
    const { maxStreams } = this.#options;
    const bound = { maxSlots: maxStreams, maxRows: maxStreams * this.#maxRows };
    return fitCapacity(this.#capacity, { slots, rows }, { reserved, bound });
  }

  #sequenceOf(slot: number): Sequence {
    const { promptTokenIds, maxTokens } = this.#options;
    const strategy = {
      kind: "sample",
      maxTokens,
      minTokens: 0,
      repetitionPenalty: 1,
      sampling: { kind: "greedy" },
    } as const;
    const decoding = startDecoding({ promptTokenIds, eosTokenIds: [], strategy });
    return newSequence({ id: String(slot), model: MODEL, decoding });
  }
}

interface PassOf extends Pick<DecoderBatch, "pass" | "first"> {
  readonly count: number;
  readonly joins: readonly DecoderJoin[];
}

function begin(slot: number): DecoderJoin {
  return { slot, memory: undefined, prefix: undefined };
}
