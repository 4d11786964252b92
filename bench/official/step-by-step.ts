import type { DecoderNetwork } from "../../inference/models/model.ts";
import type { NamedTensors, Session } from "../../inference/runtime/session.ts";
import { elements, float32, type Tensor } from "../../inference/tensor.ts";

const MASKED = -1e30;

/** One sequence through a decoder network, by the contract of DecoderNetwork; keys and values are kept between passes. */
export class StepByStep {
  readonly #network: DecoderNetwork;
  readonly #session: Session;
  readonly #known: NamedTensors;
  #past: NamedTensors;
  #length = 0;

  /** `known` has what encoders gave: a memory's keys and values, or the rows of a picture. */
  constructor(network: DecoderNetwork, session: Session, known: NamedTensors) {
    this.#network = network;
    this.#session = session;
    this.#known = known;
    const { layers, heads, headDim } = network;
    const nothing = float32([1, heads, 0, headDim], new Float32Array());
    this.#past = Object.fromEntries(keyValueNames(layers).map((name) => [name, nothing]));
  }

  /** Logits [vocabulary] after the new tokens; those with `featureId` are the picture's rows. */
  async next(ids: readonly number[], featureId?: number): Promise<Float32Array> {
    const inputs: NamedTensors = {
      ...this.#memory(),
      ...Object.fromEntries(Object.entries(this.#past).map(([name, tensor]) => [`past_${name}`, tensor])),
      ...this.#places(ids.length),
      ...this.#features(ids, featureId),
      input_ids: int64([1, ids.length], ids),
      logit_rows: int64([1], [ids.length - 1]),
      top_k: int64([1], [1]),
    };
    const asked = this.#session.inputNames.map((name) => [name, inputs[name]!] as const);
    const { logits, ...results } = await this.#session.run(Object.fromEntries(asked));
    for (const name of keyValueNames(this.#network.layers)) {
      this.#past = { ...this.#past, [name]: append(this.#past[name]!, results[name]!) };
    }
    this.#length += ids.length;
    return logits!.data as Float32Array;
  }

  /** Where the new rows are, and that each sees all before it. */
  #places(rows: number): NamedTensors {
    const all = this.#length + rows;
    const pairs = range(this.#length, rows).flatMap((row) => range(0, all).map((key) => row - key));
    return {
      position_ids: int64([1, rows], range(this.#length, rows)),
      distances: int64(
        [1, rows, all],
        pairs.map((distance) => Math.max(0, distance)),
      ),
      mask: float32(
        [1, 1, rows, all],
        Float32Array.from(pairs, (distance) => (distance < 0 ? MASKED : 0)),
      ),
    };
  }

  #memory(): NamedTensors {
    const length = this.#known["memory_k.0"]?.dims[2] ?? 0;
    const visible = float32([1, 1, 1, length], new Float32Array(length));
    const mask = this.#known.memory_mask;
    return { ...this.#known, memory_mask: mask ? { dims: visible.dims, data: mask.data } : visible };
  }

  #features(ids: readonly number[], featureId: number | undefined): NamedTensors {
    const places = featureId === undefined ? [] : [...ids.keys()].filter((row) => ids[row] === featureId);
    const given = (this.#known.prefix ?? this.#known.image_features)?.data as Float32Array | undefined;
    const width = this.#network.featureWidth ?? 0;
    const rows = places.length === 0 ? new Float32Array() : given!;
    const feature_rows = int64(
      [places.length, 2],
      places.flatMap((row) => [0, row]),
    );
    return { features: float32([places.length, width], rows), feature_rows };
  }
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

/** [1, heads, past, headDim] and [1, heads, rows, headDim] → [1, heads, past + rows, headDim] */
function append(past: Tensor, fresh: Tensor): Tensor {
  const [, heads, , headDim] = past.dims as [number, number, number, number];
  const dims = [1, heads, past.dims[2]! + fresh.dims[2]!, headDim];
  const data = new Float32Array(elements(dims));
  const [before, after] = [past, fresh].map(({ data }) => data as Float32Array) as [Float32Array, Float32Array];
  const [old, own] = [before.length / heads, after.length / heads];
  for (let head = 0; head < heads; head++) {
    data.set(before.subarray(head * old, (head + 1) * old), head * (old + own));
    data.set(after.subarray(head * own, (head + 1) * own), head * (old + own) + old);
  }
  return float32(dims, data);
}
