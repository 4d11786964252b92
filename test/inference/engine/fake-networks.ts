import assert from "node:assert/strict";
import type { BuiltNetwork, Networks } from "../../../inference/models/model.ts";
import { MASKED } from "../../../inference/runtime/kv-cache.ts";
import type { NamedTensors, Session } from "../../../inference/runtime/session.ts";
import { elements, float32, type Tensor } from "../../../inference/tensor.ts";
import {
  features,
  firstState,
  type KeyValue,
  keyValue,
  logit,
  memoryState,
  nextState,
  seen,
  SHAPE,
  VOCABULARY,
} from "./fake-model.ts";

import { headed, rowOf } from "./heads.ts";

/** The fake model as networks that a ModelRunner runs, with the inputs and outputs that the real ones have. */

/** `seeing` has vision, memory, question and a decoder with memory; `blind` a decoder alone. */
export function fakeNetworks(kind: "seeing" | "blind"): Networks {
  const decoder = {
    ...SHAPE,
    build: () => built("decoder"),
    vocabularySize: VOCABULARY,
    maxPositions: 1000,
    hasMemory: kind === "seeing",
  };
  if (kind === "blind") return { encoders: [], decoder };
  const encoder = (name: string, cached: boolean) => ({ name, cached, build: () => built(name) });
  return { encoders: [encoder("vision", true), encoder("memory", false), encoder("question", false)], decoder };
}

/** In place of onnxruntime's; `before` may throw what a session throws. */
export function fakeSessions(before: () => void = () => undefined) {
  return (network: BuiltNetwork): Promise<Session> => {
    const name = new TextDecoder().decode(network.bytes);
    const run = (inputs: NamedTensors): Promise<NamedTensors> => {
      for (const { dims, data } of Object.values(inputs)) assert.equal(data.length, elements(dims));
      before();
      return Promise.resolve(COMPUTATIONS[name]!(inputs));
    };
    return Promise.resolve({ inputNames: [], outputNames: [], run, release: () => Promise.resolve() });
  };
}

function built(name: string): BuiltNetwork {
  return { bytes: new TextEncoder().encode(name), folder: "" };
}

const COMPUTATIONS: Readonly<Record<string, (inputs: NamedTensors) => NamedTensors>> = {
  vision,
  memory,
  question,
  decoder,
};

/** pixels [batch, n] → features [batch, 3] */
function vision({ pixels }: NamedTensors): NamedTensors {
  const [batch, size] = pixels!.dims as [number, number];
  const rows = Array.from({ length: batch }, (_, b) => features([...numbers(pixels!)].slice(b * size, (b + 1) * size)));
  return { features: float32([batch, 3], Float32Array.from(rows.flat())) };
}

/** features [batch, 3] → memory of 3 rows */
function memory(inputs: NamedTensors): NamedTensors {
  const batch = inputs.features!.dims[0]!;
  const picture = numbers(inputs.features!);
  return memoryOutputs(batch, 3, (b, row) => memoryState(picture[3 * b + row]!));
}

/** input_ids, attention_mask [batch, rows], features [batch, 3] → memory of as many rows, those of padding masked */
function question(inputs: NamedTensors): NamedTensors {
  const [batch, rows] = inputs.input_ids!.dims as [number, number];
  const [ids, visible, picture] = [inputs.input_ids!, inputs.attention_mask!, inputs.features!].map(numbers) as [
    number[],
    number[],
    number[],
  ];
  const outputs = memoryOutputs(batch, rows, (b, row) => memoryState(picture[3 * b]!, ids[b * rows + row], row));
  const mask = Float32Array.from(visible, (value) => (value === 1 ? 0 : MASKED));
  return { ...outputs, memory_mask: float32([batch, rows], mask) };
}

function memoryOutputs(batch: number, rows: number, stateOf: (b: number, row: number) => number): NamedTensors {
  const outputs: Record<string, Tensor> = {};
  for (let layer = 0; layer < SHAPE.layers; layer++) {
    const keyValues = Array.from({ length: batch * rows }, (_, i) =>
      keyValue(stateOf(Math.floor(i / rows), i % rows), layer),
    );
    Object.assign(outputs, headed(keyValues, { layer, batch, rows, prefix: "memory_" }));
  }
  return outputs;
}

/** The inputs and outputs of DecoderNetwork. */
function decoder(inputs: NamedTensors): NamedTensors {
  const [batch, rows] = inputs.input_ids!.dims as [number, number];
  const past = inputs.mask!.dims[3]! - rows;
  assert.deepEqual(inputs.mask!.dims, [batch, 1, rows, past + rows]);
  const [ids, positions] = [numbers(inputs.input_ids!), numbers(inputs.position_ids!)];
  let states = ids.map((id, i) => firstState(id, positions[i]!));
  const outputs: Record<string, Tensor> = {};
  for (let layer = 0; layer < SHAPE.layers; layer++) {
    const own = states.map((state) => keyValue(state, layer));
    states = attended(inputs, { states, own, layer, batch, rows, past });
    Object.assign(outputs, headed(own, { layer, batch, rows, prefix: "" }));
  }
  const wanted = numbers(inputs.logit_rows!);
  const logits = wanted.flatMap((row) => Array.from({ length: VOCABULARY }, (_, id) => logit(states[row]!, id)));
  return { ...outputs, logits: float32([wanted.length, VOCABULARY], Float32Array.from(logits)) };
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
  return states.map((state, i) => {
    const b = Math.floor(i / rows);
    const line = inputs.mask!.data.subarray(i * (past + rows), (i + 1) * (past + rows));
    let sum = remembered[b]!;
    for (let column = 0; column < past + rows; column++) {
      if (line[column] !== 0) continue;
      sum = (sum + (column < past ? cached[b * past + column]! : fresh[b * rows + column - past]!)) >>> 0;
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
