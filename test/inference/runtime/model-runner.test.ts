import { describe, expect, it } from "vitest";
import { startDecoding } from "../../../inference/generation/decoding.ts";
import type { Networks } from "../../../inference/models/model.ts";
import { ModelRunner } from "../../../inference/runtime/model-runner.ts";
import type { NamedTensors, Session } from "../../../inference/runtime/session.ts";
import type { DecoderBatch, EncoderItem } from "../../../inference/scheduling/batch.ts";
import type { EncoderCall } from "../../../inference/scheduling/program.ts";
import { newSequence, type Sequence } from "../../../inference/scheduling/sequence.ts";
import type { SlotMove } from "../../../inference/scheduling/slots.ts";
import { float32, type Tensor } from "../../../inference/tensor.ts";

describe("ModelRunner.encode", () => {
  it("gives each item its own row, in order, of its own and its feeds' inputs", async () => {
    const runner = await runnerOf({ name: "sum", cached: false }, ({ own, fed }) => ({ out: plus(own!, fed!) }));
    const outputs = await runner.encode({
      kind: "encoder",
      network: "m/sum",
      items: [item(1, 10), item(2, 20), item(3, 30)],
    });
    expect(outputs).toEqual([11, 22, 33].map((sum) => ({ out: row(sum) })));
  });

  it("gives what is kept memory of its own", async () => {
    for (const cached of [true, false]) {
      const runner = await runnerOf({ name: "sum", cached }, ({ own }) => ({ out: own! }));
      const items = [item(1, 10), item(2, 20)];
      const outputs = await runner.encode({ kind: "encoder", network: "m/sum", items });
      if (outputs === "paused") throw new Error("It has one part.");
      expect(outputs[0]!.out!.data.buffer.byteLength).toBe(cached ? 4 : 8);
    }
  });

  it("refuses a network's outputs that are not one for each item", async () => {
    const runner = await runnerOf({ name: "sum", cached: false }, () => ({
      out: float32([3, 1], new Float32Array(3)),
    }));
    const pass = runner.encode({ kind: "encoder", network: "m/sum", items: [item(1, 10), item(2, 20)] });
    await expect(pass).rejects.toThrow("m/sum gave out[3, 1] for 2 items");
  });
});

describe("ModelRunner.decode", () => {
  it("moves sequences before the cache gives their places back", async () => {
    const pasts: number[][] = [];
    const runner = await decoderOf((inputs) => {
      pasts.push(Array.from(inputs["past_k.0"]!.data, Number));
      const own = float32([...inputs.input_ids!.dims, 1, 1], Float32Array.from(inputs.input_ids!.data, Number));
      return { "k.0": own, "v.0": own, ...LOGITS };
    });
    const [left, right] = [sequenceOf([5, 6]), sequenceOf([7, 8])];
    await decode(runner, batchOf([left, right], []));
    right.numComputedRows = 1;
    await decode(runner, batchOf([right], [{ from: 1, to: 0 }]));
    expect(pasts).toEqual([
      [0, 0, 0, 0],
      [7, 0],
    ]);
  });
});

function decode(runner: ModelRunner, batch: DecoderBatch): Promise<void> {
  runner.prepare(batch);
  return runner.decode(batch);
}

/** One new row for each, in a cache that holds just these sequences' two rows. */
function batchOf(sequences: readonly Sequence[], moves: readonly SlotMove[]): DecoderBatch {
  const capacity = { slots: sequences.length, rows: 2, memoryRows: 0 };
  return {
    kind: "decoder",
    model: "m",
    pass: "step",
    first: 0,
    changes: moves.map((move) => ({ kind: "move", ...move })),
    joins: sequences.flatMap(({ numComputedRows }, slot) =>
      numComputedRows > 0 ? [] : [{ slot, memory: undefined, prefix: undefined }],
    ),
    capacity,
    entries: sequences.map((sequence) => ({ sequence, numRows: 1 })),
  };
}

function sequenceOf(tokenIds: readonly number[]): Sequence {
  const length = { maxTokens: 1, minTokens: 0, repetitionPenalty: 1 };
  const strategy = { kind: "sample", sampling: { kind: "greedy" }, ...length } as const;
  const decoding = startDecoding({ promptTokenIds: tokenIds, eosTokenIds: [], strategy });
  return newSequence({ id: "a", model: "m", decoding });
}

/** Of one row, for a vocabulary of one. */
const LOGITS = {
  top_logits: float32([1, 1], new Float32Array(1)),
  top_ids: { dims: [1, 1], data: new BigInt64Array(1) },
  log_total: float32([1], new Float32Array(1)),
};

type Compute = (inputs: NamedTensors) => NamedTensors;

const built = { bytes: new Uint8Array(), folder: undefined };

function runnerOf(network: { name: string; cached: boolean }, compute: Compute): Promise<ModelRunner> {
  return loaded({ encoders: [{ ...network, build: () => [built] }] }, compute);
}

/** Of one layer, one head, one dimension. */
function decoderOf(compute: Compute): Promise<ModelRunner> {
  const shape = { layers: 1, heads: 1, headDim: 1, vocabularySize: 1, maxPositions: 9, hasMemory: false };
  return loaded({ encoders: [], decoder: { ...shape, build: () => built } }, compute);
}

async function loaded(networks: Networks, compute: Compute): Promise<ModelRunner> {
  const session: Session = {
    inputNames: ["input_ids", "position_ids", "mask", "logit_rows", "top_k"],
    outputNames: [],
    run: (inputs) => Promise.resolve(compute(inputs as NamedTensors)),
    release: () => Promise.resolve(),
  };
  const runner = new ModelRunner(() => Promise.resolve(session));
  await runner.load("m", networks, { threads: 1 });
  return runner;
}

/** A call with a value of its own, which reads `fed` of another. */
function item(own: number, fed: number): EncoderItem {
  const other: EncoderCall = { network: "m/other", key: String(fed), inputs: {} };
  const call = { network: "m/sum", key: String(own), inputs: { own: row(own), fed: { call: other, output: "value" } } };
  return { call, resolved: { fed: { value: row(fed), unread: row(-1) } } };
}

function row(value: number): Tensor {
  return float32([1], Float32Array.of(value));
}

function plus(a: Tensor, b: Tensor): Tensor {
  return float32(
    a.dims,
    (a.data as Float32Array).map((value, i) => value + Number(b.data[i])),
  );
}
