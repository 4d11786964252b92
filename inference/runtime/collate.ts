import { elements, type Tensor, type TensorData } from "../tensor.ts";

/**
 * Stacks items into one batch: [..] each → [batch, ..]. Items whose first axes differ (texts) are padded with zeros at the
 * end of it. A single item is not copied.
 */
export function stack(items: readonly Tensor[]): Tensor {
  const [first] = items as [Tensor];
  if (items.length === 1) return { dims: [1, ...first.dims], data: first.data };
  const dims = [Math.max(...items.map(({ dims }) => dims[0]!)), ...first.dims.slice(1)];
  const size = elements(dims);
  const data = newData(first.data, size * items.length);
  items.forEach((item, i) => copy(item.data, data, i * size));
  return { dims: [items.length, ...dims], data };
}

/** Cuts a batch [batch, ..] into its items. With `own`, each gets memory of its own and does not keep the batch alive. */
export function unstack(batch: Tensor, own: "own" | "view"): Tensor[] {
  const dims = batch.dims.slice(1);
  const size = elements(dims);
  return Array.from({ length: batch.dims[0]! }, (_, i) => {
    const view = batch.data.subarray(i * size, (i + 1) * size);
    return { dims, data: own === "own" && batch.dims[0]! > 1 ? view.slice() : view };
  });
}

function newData(like: TensorData, length: number): TensorData {
  if (like instanceof Float32Array) return new Float32Array(length);
  if (like instanceof Int32Array) return new Int32Array(length);
  return new BigInt64Array(length);
}

function copy(from: TensorData, to: TensorData, offset: number): void {
  if (from instanceof BigInt64Array && to instanceof BigInt64Array) to.set(from, offset);
  else if (!(from instanceof BigInt64Array) && !(to instanceof BigInt64Array)) to.set(from, offset);
  else throw new TypeError("The items of a batch differ in type.");
}
