import { elements, type Tensor, type TensorData } from "../tensor.ts";

/**
 * Stacks items into one batch: [..] each → [batch, ..]. Items whose first axes differ (texts) are padded with zeros at the
 * end of it. A single item is not copied.
 */
export function stack(items: readonly Tensor[]): Tensor {
  const [first] = items as [Tensor];
  if (items.length === 1) return { dims: [1, ...first.dims], data: first.data };
  for (const item of items) assertStackable(first, item);
  const dims = [...first.dims];
  if (dims.length > 0) dims[0] = Math.max(...items.map((item) => item.dims[0]!));
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

/** Only first axes may differ. */
function assertStackable(first: Tensor, item: Tensor): void {
  const alike =
    item.dims.length === first.dims.length && item.dims.every((dim, axis) => axis === 0 || dim === first.dims[axis]);
  if (alike && item.data.constructor === first.data.constructor) return;
  throw new TypeError(`${describe(first)} and ${describe(item)} do not make a batch.`);
}

function describe({ dims, data }: Tensor): string {
  return `${data.constructor.name}[${dims.join(", ")}]`;
}

function newData(like: TensorData, length: number): TensorData {
  if (like instanceof Float32Array) return new Float32Array(length);
  if (like instanceof Uint16Array) return new Uint16Array(length);
  if (like instanceof Int32Array) return new Int32Array(length);
  return new BigInt64Array(length);
}

/** Both are of one type. */
function copy(from: TensorData, to: TensorData, offset: number): void {
  if (from instanceof BigInt64Array) (to as BigInt64Array).set(from, offset);
  else (to as Exclude<TensorData, BigInt64Array>).set(from, offset);
}
