import assert from "node:assert/strict";
import type { NamedTensors } from "../../../inference/runtime/session.ts";
import { float32, type Tensor } from "../../../inference/tensor.ts";
import {
  featureState,
  firstState,
  type KeyValue,
  keyValue,
  logit,
  nextState,
  seen,
  seenAt,
  SHAPE,
  VOCABULARY,
} from "./fake-model.ts";
import { rowLogits } from "../generation/drive.ts";
import { headed, rowOf } from "./heads.ts";

const ROWS = ["input_ids", "mask", "logit_rows", "top_k", ...layered("past_")];

/** Inputs by the model that the decoder is of: blind knows places by distances, looking takes features. */
export const DECODER_INPUTS = {
  seeing: [...ROWS, "position_ids", "memory_mask", ...layered("memory_")],
  looking: [...ROWS, "position_ids", "features", "feature_rows"],
  blind: [...ROWS, "distances"],
} as const;

export type FakeKind = keyof typeof DECODER_INPUTS;

/** What a decoder gives of its rows, beside their keys and values. */
export const LOGITS = ["logits", "top_logits", "top_ids", "log_total"] as const;

export function layered(prefix: string): string[] {
  return Array.from({ length: SHAPE.layers }, (_, layer) => [`${prefix}k.${layer}`, `${prefix}v.${layer}`]).flat();
}

/** The fake model's decoder, with the inputs and outputs of DecoderNetwork. */
export function decoder(inputs: NamedTensors): NamedTensors {
  const [batch, rows] = inputs.input_ids!.dims as [number, number];
  const past = inputs.mask!.dims[3]! - rows;
  assert.deepEqual(inputs.mask!.dims, [batch, 1, rows, past + rows]);
  let states = firstStates(inputs, rows);
  const outputs: Record<string, Tensor> = {};
  for (let layer = 0; layer < SHAPE.layers; layer++) {
    const own = states.map((state) => keyValue(state, layer));
    states = attended(inputs, { states, own, layer, batch, rows, past });
    Object.assign(outputs, headed(own, { layer, batch, rows, prefix: "" }));
  }
  const wanted = numbers(inputs.logit_rows!).map((row) => states[row]!);
  return { ...outputs, ...fakeLogits(wanted, Number(inputs.top_k!.data[0])) };
}

function fakeLogits(states: readonly number[], k: number): NamedTensors {
  assert(k >= 1 && k <= VOCABULARY);
  const lines = states.map((state) => Float32Array.from({ length: VOCABULARY }, (_, id) => logit(state, id)));
  const tops = lines.map((line) => rowLogits(line, { top: k }));
  const flat = (of: readonly (readonly number[] | Float32Array)[]): number[] => of.flatMap((line) => [...line]);
  return {
    logits: float32([states.length, VOCABULARY], Float32Array.from(flat(lines))),
    top_logits: float32([states.length, k], Float32Array.from(flat(tops.map(({ topLogits }) => topLogits)))),
    top_ids: { dims: [states.length, k], data: BigInt64Array.from(flat(tops.map(({ topIds }) => topIds)), BigInt) },
    log_total: float32(
      [states.length],
      Float32Array.from(tops, ({ logTotal }) => logTotal),
    ),
  };
}

/** Without position_ids, a row's first state is where it was made only by what it sees. */
function firstStates({ input_ids, position_ids, features, feature_rows }: NamedTensors, rows: number): number[] {
  const positions = position_ids === undefined ? undefined : numbers(position_ids);
  const states = numbers(input_ids!).map((id, i) => firstState(id, positions?.[i] ?? 0));
  const places = feature_rows === undefined ? [] : numbers(feature_rows);
  for (let i = 0; i < places.length / 2; i++) {
    const row = places[2 * i]! * rows + places[2 * i + 1]!;
    states[row] = featureState(Number(features!.data[i]), positions![row]!);
  }
  return states;
}

interface LayerPass {
  readonly states: readonly number[];
  /** Of the pass's own rows, batch × rows. */
  readonly own: readonly KeyValue[];
  readonly layer: number;
  readonly batch: number;
  readonly rows: number;
  readonly past: number;
}

function attended(inputs: NamedTensors, { states, own, layer, batch, rows, past }: LayerPass): number[] {
  const cached = rowsSeen("own", inputs, { prefix: "past_", layer, dims: [batch, SHAPE.heads, past, SHAPE.headDim] });
  const fresh = own.map((row) => seen("own", row));
  const remembered = rememberedSums(inputs, layer, batch);
  const distances = inputs.distances?.data;
  return states.map((state, i) => {
    const b = Math.floor(i / rows);
    const line = inputs.mask!.data.subarray(i * (past + rows), (i + 1) * (past + rows));
    let sum = remembered[b]!;
    for (let column = 0; column < past + rows; column++) {
      if (line[column] !== 0) continue;
      const row = column < past ? cached[b * past + column]! : fresh[b * rows + column - past]!;
      sum = (sum + (distances === undefined ? row : seenAt(row, Number(distances[i * (past + rows) + column])))) >>> 0;
    }
    return nextState(state, sum);
  });
}

/** For each of the batch, what its visible memory adds up to. */
function rememberedSums(inputs: NamedTensors, layer: number, batch: number): number[] {
  if (inputs.memory_mask === undefined) return Array.from({ length: batch }, () => 0);
  const length = inputs.memory_mask.dims[3]!;
  assert.deepEqual(inputs.memory_mask.dims, [batch, 1, 1, length]);
  const rows = rowsSeen("memory", inputs, {
    prefix: "memory_",
    layer,
    dims: [batch, SHAPE.heads, length, SHAPE.headDim],
  });
  return Array.from({ length: batch }, (_, b) => {
    const visible = rows
      .slice(b * length, (b + 1) * length)
      .filter((_, row) => inputs.memory_mask!.data[b * length + row] === 0);
    return visible.reduce((sum, row) => (sum + row) >>> 0, 0);
  });
}

/** What each row of keys and values [batch, heads, rows, headDim] is to those who see it, batch × rows. */
function rowsSeen(
  kind: "own" | "memory",
  inputs: NamedTensors,
  { prefix, layer, dims }: { prefix: string; layer: number; dims: readonly number[] },
): number[] {
  const [keys, values] = [inputs[`${prefix}k.${layer}`]!, inputs[`${prefix}v.${layer}`]!];
  assert.deepEqual([keys.dims, values.dims], [dims, dims]);
  const [batch, , rows] = dims as [number, number, number];
  return Array.from({ length: batch * rows }, (_, i) => {
    const at = (tensor: Tensor): number[] => rowOf(tensor, Math.floor(i / rows), i % rows);
    return seen(kind, { keys: at(keys), values: at(values) });
  });
}

function numbers({ data }: Tensor): number[] {
  return Array.from(data, Number);
}
