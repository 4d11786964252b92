import assert from "node:assert/strict";
import type { BuiltNetwork, Networks } from "../../../inference/models/model.ts";
import { MASKED } from "../../../inference/runtime/cross-memory.ts";
import type { NamedTensors, Session } from "../../../inference/runtime/session.ts";
import { elements, float32, type Tensor } from "../../../inference/tensor.ts";
import { DECODER_INPUTS, decoder, type FakeKind, layered, LOGITS } from "./fake-decoder.ts";
import { features, keyValue, memoryState, SHAPE, VOCABULARY } from "./fake-model.ts";
import { headed } from "./heads.ts";

/** The fake model as networks that a ModelRunner runs, with the inputs and outputs that the real ones have. */

export const ENCODERS: Readonly<Record<FakeKind, readonly string[]>> = {
  seeing: ["vision", "memory", "question"],
  looking: ["vision", "glance"],
  blind: [],
};

/** `seeing` has a memory of its pictures, `looking` takes them as rows, `blind` has none. */
export function fakeNetworks(kind: FakeKind): Networks {
  const encoders = ENCODERS[kind].map((name) => ({ name, cached: name === "vision", build: () => [built(name)] }));
  const decoder = {
    ...SHAPE,
    build: () => built(kind),
    vocabularySize: VOCABULARY,
    maxPositions: 1000,
    hasMemory: kind === "seeing",
    ...(kind === "looking" ? { featureWidth: 1 } : {}),
  };
  return { encoders, decoder };
}

/** In place of onnxruntime's; `before` may throw what a session throws. */
export function fakeSessions(before: () => void = () => undefined) {
  return (network: BuiltNetwork): Promise<Session> => {
    const name = new TextDecoder().decode(network.bytes);
    const isDecoder = name in DECODER_INPUTS;
    const inputNames = isDecoder ? DECODER_INPUTS[name as FakeKind] : [];
    const outputNames = isDecoder ? [...LOGITS, ...layered("")] : [];
    const run = (inputs: NamedTensors, fetch?: readonly string[]): Promise<NamedTensors> => {
      if (isDecoder) assert.deepEqual(Object.keys(inputs).sort(), [...inputNames].sort());
      for (const { dims, data } of Object.values(inputs)) assert.equal(data.length, elements(dims));
      before();
      const outputs = Object.entries(COMPUTATIONS[name]!(inputs));
      return Promise.resolve(Object.fromEntries(outputs.filter(([output]) => fetch?.includes(output) ?? true)));
    };
    return Promise.resolve({ inputNames, outputNames, run, release: () => Promise.resolve() });
  };
}

function built(name: string): BuiltNetwork {
  return { bytes: new TextEncoder().encode(name), folder: "" };
}

const COMPUTATIONS: Readonly<Record<string, (inputs: NamedTensors) => NamedTensors>> = {
  vision,
  memory,
  question,
  glance,
  seeing: decoder,
  looking: decoder,
  blind: decoder,
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

/** features [batch, 3] → rows [batch, 3, 1] */
function glance({ features: picture }: NamedTensors): NamedTensors {
  return { rows: { ...picture!, dims: [...picture!.dims, 1] } };
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

function numbers({ data }: Tensor): number[] {
  return Array.from(data, Number);
}
