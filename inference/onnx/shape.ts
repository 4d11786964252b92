/** A length known while building, or the name of one known only when the graph runs ("batch", "past + rows"). */
export type Dim = number | string;
export type Shape = readonly Dim[];

/** Two tensors do not fit each other, or one does not fit its operator. The message names them with their shapes. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

/** "name[batch, 577, 768]" */
export function describe(value: { readonly name: string; readonly shape: Shape }): string {
  return `${value.name}[${value.shape.join(", ")}]`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

/** The common shape of two operands, where a length of 1 stretches; undefined if there is none. */
export function broadcast(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const result: Dim[] = [];
  for (let i = 0; i < rank; i++) {
    const dim = broadcastDim(a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1);
    if (dim === undefined) return undefined;
    result.push(dim);
  }
  return result;
}

function broadcastDim(a: Dim, b: Dim): Dim | undefined {
  if (a === b || b === 1) return a;
  return a === 1 ? b : undefined;
}

/** [...batch, m, k] × [...batch, k, n] → [...batch, m, n]; undefined if they do not fit. */
export function matmulShape(a: Shape, b: Shape): Shape | undefined {
  if (a.length < 2 || b.length < 2 || a.at(-1) !== b.at(-2)) return undefined;
  const batch = broadcast(a.slice(0, -2), b.slice(0, -2));
  return batch && [...batch, a.at(-2)!, b.at(-1)!];
}

/** The last two axes exchanged. */
export function transposed(shape: Shape): Shape {
  return [...shape.slice(0, -2), ...shape.slice(-2).reverse()];
}

export function sumDims(dims: readonly Dim[]): Dim {
  const known = dims.filter((dim) => typeof dim === "number").reduce((sum, dim) => sum + dim, 0);
  const named = dims.filter((dim) => typeof dim === "string");
  if (named.length === 0) return known;
  return [...named, ...(known > 0 ? [known] : [])].join(" + ");
}

/** The name of a product: ["batch", 12] → "batch × 12". Factors are joined in order, so equal products have equal factors. */
export function productDim(dims: readonly Dim[]): Dim {
  const { known, named } = factors(dims);
  if (named.length === 0) return known;
  return [...named, ...(known === 1 ? [] : [known])].join(" × ");
}

/** Whether a tensor of shape `from` can be read as one of shape `to`. */
export function sameElements(from: Shape, to: Shape): boolean {
  return productDim([...from]) === productDim([...to]);
}

function factors(dims: readonly Dim[]): { known: number; named: string[] } {
  const parts = dims.flatMap((dim) => (typeof dim === "number" ? [dim] : dim.split(" × ").map(asDim)));
  const known = parts.filter((part) => typeof part === "number").reduce((product, part) => product * part, 1);
  return { known, named: parts.filter((part) => typeof part === "string").sort() };
}

function asDim(factor: string): Dim {
  return /^\d+$/.test(factor) ? Number(factor) : factor;
}
