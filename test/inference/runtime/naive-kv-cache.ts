import assert from "node:assert/strict";
import { MASKED } from "../../../inference/runtime/cross-memory.ts";
import type { CacheShape } from "../../../inference/runtime/cache-shape.ts";
import type { KVCache } from "../../../inference/runtime/kv-cache.ts";
import type { CallOutputs } from "../../../inference/scheduling/program.ts";
import { float32, type Tensor } from "../../../inference/tensor.ts";

/** What a KV cache should hold, said element by element. */

export const SHAPE: CacheShape = { layers: 2, heads: 3, headDim: 2, dtype: "float32" };
export const NAMES = ["k.0", "v.0", "k.1", "v.1"];

/** A sequence as the naive cache knows it. */
export interface Held {
  readonly id: number;
  readonly memoryRows: number;
  readonly memoryMask: readonly number[] | undefined;
  /** What it writes is not a number. */
  readonly broken: boolean;
  /** Who wrote each of its rows: itself, or whoever left a prefix. */
  readonly rowIds: number[];
}

/** What the element of a sequence's row is, told apart by all there is to tell apart. */
function value(id: number, array: number, [head, row, dim]: Place): number {
  return id * 10_000 + array * 1000 + head! * 100 + row! * 2 + dim!;
}

export function memoryOf(one: Held): CallOutputs {
  const dims = [SHAPE.heads, one.memoryRows, SHAPE.headDim];
  const sign = one.broken ? NaN : -1;
  const outputs = NAMES.map(
    (name, array) => [`memory_${name}`, filled(dims, (at) => sign * value(one.id, array, at))] as const,
  );
  const mask = one.memoryMask && { memory_mask: float32([one.memoryRows], Float32Array.from(one.memoryMask)) };
  return { ...Object.fromEntries(outputs), ...mask };
}

/** [batch, heads, most, headDim], of which a sequence keeps only its own count of rows. */
export function freshRows(held: readonly Held[], most: number): Record<string, Tensor> {
  const dims = [held.length, SHAPE.heads, most, SHAPE.headDim];
  const fresh = NAMES.map((name, array) => {
    const at = ([b, h, r, d]: Place): number => {
      const one = held[b!]!;
      return one.broken ? NaN : value(one.id, array, [h!, one.rowIds.length + r!, d!]);
    };
    return [name, filled(dims, at)] as const;
  });
  return Object.fromEntries(fresh);
}

/** What the graph is fed of those from a slot on. */
export function assertHolds(cache: KVCache, all: readonly Held[], first = 0): void {
  const held = all.slice(first);
  const inputs = cache.inputs(first, held.length);
  NAMES.forEach((name, array) => {
    assertFilled(inputs[`past_${name}`]!, ([s, h, r, d]) =>
      r! < held[s!]!.rowIds.length ? rowValue(held[s!]!, array, [h!, r!, d!]) : 0,
    );
  });
  if (all.some(({ memoryRows }) => memoryRows > 0)) assertRemembers(inputs, held);
}

function assertRemembers(inputs: Readonly<Record<string, Tensor>>, held: readonly Held[]): void {
  NAMES.forEach((name, array) => {
    assertFilled(inputs[`memory_${name}`]!, ([s, h, r, d]) =>
      r! < held[s!]!.memoryRows ? (held[s!]!.broken ? NaN : -value(held[s!]!.id, array, [h!, r!, d!])) : 0,
    );
  });
  assertFilled(inputs.memory_mask!, ([s, , , r]) => {
    const { memoryMask, memoryRows } = held[s!]!;
    return memoryMask?.[r!] ?? (r! < memoryRows ? 0 : MASKED);
  });
}

function rowValue({ rowIds, broken }: Held, array: number, place: Place): number {
  const wrote = rowIds[place[1]!]!;
  return broken && wrote === rowIds.at(-1) ? NaN : value(wrote, array, place);
}

/** Indexes into a tensor's axes. */
type Place = readonly number[];

function filled(dims: readonly number[], at: (place: Place) => number): Tensor {
  const size = dims.reduce((product, dim) => product * dim, 1);
  return float32(
    dims,
    Float32Array.from({ length: size }, (_, i) => at(placeOf(i, dims))),
  );
}

function assertFilled(tensor: Tensor, at: (place: Place) => number): void {
  assert.deepEqual(tensor, filled(tensor.dims, at));
}

/** Where element i of a row-major tensor is. */
function placeOf(i: number, dims: readonly number[]): number[] {
  const place: number[] = [];
  for (const dim of dims.toReversed()) {
    place.unshift(i % dim);
    i = Math.floor(i / dim);
  }
  return place;
}
