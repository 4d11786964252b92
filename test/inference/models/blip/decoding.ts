import type { DecoderNetwork } from "../../../../inference/models/model.ts";
import type { Target } from "../../../../inference/onnx/target.ts";
import { createSession, type NamedTensors, type Session } from "../../../../inference/runtime/session.ts";
import { elements, type FloatData, type Tensor } from "../../../../inference/tensor.ts";
import { device, target, UNSEEN } from "../../../support/device.ts";

const MASKED = -1e30;

/** Feeds a decoder network by the contract of DecoderNetwork, one sequence at a time, and keeps its rows. */
export class Decoding {
  readonly #network: DecoderNetwork;
  readonly #session: Session;
  readonly #empty: FloatData;
  #past: Record<string, Tensor> = {};
  #length = 0;

  private constructor(network: DecoderNetwork, session: Session, { cache }: Target) {
    this.#network = network;
    this.#session = session;
    this.#empty = cache === "float16" ? new Uint16Array() : new Float32Array();
    this.restart();
  }

  /** The rows that it keeps, and a memory, are of the target's dtype of the cache. */
  static async of(network: DecoderNetwork, on = target): Promise<Decoding> {
    return new Decoding(network, await createSession(network.build(on), { threads: 1, device }), on);
  }

  restart(): void {
    const { layers, heads, headDim } = this.#network;
    this.#length = 0;
    const nothing = newTensor(this.#empty, [1, heads, UNSEEN, headDim]);
    this.#past = Object.fromEntries(keyValueNames(layers).map((name) => [name, nothing]));
  }

  /** Causal logits [tokens, vocabulary] of the next tokens; features stand in the place of the first of them. */
  async next(tokenIds: readonly number[], memory: NamedTensors, features?: Tensor): Promise<Tensor> {
    const rows = tokenIds.length;
    const inputs = {
      ...memoryInputs(memory),
      ...Object.fromEntries(Object.entries(this.#past).map(([name, tensor]) => [`past_${name}`, tensor])),
      input_ids: int64([1, rows], tokenIds),
      position_ids: int64([1, rows], range(this.#length, rows)),
      distances: int64([1, rows, UNSEEN + this.#length + rows], distances(rows, this.#length)),
      mask: { dims: [1, 1, rows, UNSEEN + this.#length + rows], data: causal(rows, this.#length) },
      ...featureInputs(features, this.#network.featureWidth),
      logit_rows: int64([rows], range(0, rows)),
      top_k: int64([1], [1]),
    };
    const asked = Object.entries(inputs).filter(([name]) => this.#session.inputNames.includes(name));
    const outputs = await this.#session.run(Object.fromEntries(asked));
    for (const name of keyValueNames(this.#network.layers))
      this.#past[name] = append(this.#past[name]!, outputs[name]!);
    this.#length += rows;
    return outputs.logits!;
  }
}

function memoryInputs({ memory_mask, ...keyValues }: NamedTensors): NamedTensors {
  const length = keyValues["memory_k.0"]?.dims[2] ?? 0;
  const mask = { dims: [1, 1, 1, length], data: memory_mask?.data ?? new Float32Array(length) };
  return { ...keyValues, memory_mask: mask };
}

function featureInputs(features: Tensor | undefined, width = 0): NamedTensors {
  const values = features ?? { dims: [0, width], data: new Float32Array() };
  const rows = values.dims[0]!;
  const places = range(0, rows).flatMap((row) => [0, row]);
  return { features: values, feature_rows: int64([rows, 2], places) };
}

/** The new tokens that greedy decoding chooses, the end token included. */
export async function greedily(
  decoding: Decoding,
  prompt: readonly number[],
  { memory, end, maxTokens }: { memory: NamedTensors; end: number; maxTokens: number },
): Promise<number[]> {
  const chosen: number[] = [];
  let fresh = prompt;
  decoding.restart();
  while (chosen.length < maxTokens && chosen.at(-1) !== end) {
    const { dims, data } = await decoding.next(fresh, memory);
    const last = (data as Float32Array).subarray(-dims[1]!);
    fresh = [last.indexOf(Math.max(...last))];
    chosen.push(...fresh);
  }
  return chosen;
}

/** By how much of the largest logit the `chosen` fall short of their line's largest at most, from line `from` on. */
export function shortfall({ dims, data }: Tensor, chosen: readonly number[], from: number): number {
  const width = dims[1]!;
  const lines = range(from, chosen.length - from).map((i) =>
    (data as Float32Array).subarray(i * width, (i + 1) * width),
  );
  const short = lines.map((line, i) => Math.max(...line) - line[chosen[from + i]!]!);
  return Math.max(...short) / Math.max(...(data as Float32Array).map(Math.abs));
}

function keyValueNames(layers: number): string[] {
  return range(0, layers).flatMap((i) => [`k.${i}`, `v.${i}`]);
}

function range(start: number, length: number): number[] {
  return Array.from({ length }, (_, i) => start + i);
}

function int64(dims: readonly number[], values: readonly number[]): Tensor {
  return { dims, data: BigInt64Array.from(values, BigInt) };
}

/** [1, 1, rows, past + rows] */
function causal(rows: number, past: number): Float32Array {
  return Float32Array.from(pairs(rows, past).map(([row, key]) => (key >= 0 && key <= row ? 0 : MASKED)));
}

/** [rows, past + rows]: how far each row looks back, 0 where it may not. */
function distances(rows: number, past: number): number[] {
  return pairs(rows, past).map(([row, key]) => (key < 0 ? 0 : Math.max(0, row - key)));
}

/** Each of the rows with each that it may see by its place; what is never seen has places below 0. */
function pairs(rows: number, past: number): (readonly [number, number])[] {
  return range(past, rows).flatMap((row) => range(-UNSEEN, UNSEEN + past + rows).map((key) => [row, key] as const));
}

/** Zeros, of the type of `like`. */
function newTensor(like: FloatData, dims: readonly number[]): Tensor & { readonly data: FloatData } {
  const size = elements(dims);
  return { dims, data: like instanceof Uint16Array ? new Uint16Array(size) : new Float32Array(size) };
}

/** [1, heads, past, headDim] and [1, heads, rows, headDim] → [1, heads, past + rows, headDim] */
function append(past: Tensor, fresh: Tensor): Tensor {
  const [, heads, , headDim] = past.dims as [number, number, number, number];
  const dims = [1, heads, past.dims[2]! + fresh.dims[2]!, headDim];
  const [before, after] = [past.data as FloatData, fresh.data as FloatData];
  const joined = newTensor(before, dims);
  const sizes = [past, fresh].map((tensor) => tensor.dims[2]! * headDim) as [number, number];
  for (let head = 0; head < heads; head++) {
    const start = head * (sizes[0] + sizes[1]);
    joined.data.set(before.subarray(head * sizes[0], (head + 1) * sizes[0]), start);
    joined.data.set(after.subarray(head * sizes[1], (head + 1) * sizes[1]), start + sizes[0]);
  }
  return joined;
}
