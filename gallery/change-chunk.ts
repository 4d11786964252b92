import type { Changes } from "./store.ts";

/** A change as a log has it: an embedding that came, or a row whose embedding went. */
export interface LoggedChange {
  readonly row: number;
  readonly came: Float32Array | undefined;
}

/** The part of a log between two changes. */
export function chunkOf(log: readonly LoggedChange[], range: { readonly from: number; readonly to: number }): Changes {
  const came = log.flatMap(({ row, came }) => (came === undefined ? [] : [{ row, came }]));
  const numbers = came[0]?.came.length ?? 0;
  const vectors = new Float32Array(came.length * numbers);
  came.forEach((each, i) => vectors.set(each.came, i * numbers));
  const removed = log.flatMap(({ row, came }) => (came === undefined ? [row] : []));
  return { ...range, removed, added: came.map(({ row }) => row), vectors };
}

/** f32, little-endian: the byte order of every machine that onnxruntime-node runs on. */
export function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
