import type { NamedTensors } from "../../inference/runtime/session.ts";
import type { Tensor } from "../../inference/tensor.ts";
import type { Reference } from "./reference-run.ts";

/** How far a network's result is from transformers'. */
export interface Difference {
  readonly name: string;
  /** The largest difference, of the largest number that there is. */
  readonly largest: number;
  /** The root of the mean square of the differences, of that of the numbers. */
  readonly rms: number;
}

interface Tokens {
  readonly same: number;
  readonly all: number;
  /** How far the second largest logit lies below the largest, of the largest, where they are closest. */
  readonly leastMargin: number;
}

/** A comparison with transformers over the same weights. */
export interface Comparison {
  readonly dtype: string;
  readonly differences: readonly Difference[];
  /** Tokens of the greedy run that come out the same, of so many; absent where nothing is said. */
  readonly tokens?: Tokens;
  /** Keys that transformers missed in the checkpoint, or had no place for. */
  readonly keys: readonly string[];
}

/** What float32 must keep to: sums over thousands of products, in another order, through dozens of layers. */
export const FLOAT32_TOLERANCE = 1e-4;

/** Compares what networks gave with what transformers did. Throws where a result is missing or of another shape. */
export function compare(dtype: string, given: NamedTensors, reference: Reference): Comparison {
  const names = Object.keys(reference.tensors).filter((name) => name !== "pixel_values");
  const differences = names.map((name) => differenceOf(name, given[name], reference.tensors[name]!));
  const keys = [...reference.missing, ...reference.unexpected, ...reference.mismatched];
  const { logits } = reference.tensors;
  if (logits === undefined) return { dtype, differences, keys };
  return { dtype, differences, keys, tokens: sameTokens(given.logits!, logits) };
}

/** Whether float32 agrees: every number within the tolerance, every token the same, every key known to transformers. */
export function agrees({ differences, tokens, keys }: Comparison): boolean {
  const close = differences.every(({ largest }) => largest <= FLOAT32_TOLERANCE);
  return close && keys.length === 0 && (tokens === undefined || tokens.same === tokens.all);
}

function differenceOf(name: string, given: Tensor | undefined, expected: Tensor): Difference {
  if (String(given?.dims) !== String(expected.dims)) {
    throw new Error(
      `${name} is [${given?.dims.join(", ") ?? ""}] where transformers gives [${expected.dims.join(", ")}]`,
    );
  }
  const [a, b] = [given!.data as Float32Array, expected.data as Float32Array];
  let [most, largest, squares, all] = [0, 0, 0, 0];
  for (let i = 0; i < b.length; i++) {
    // Tokens that are never said are masked here.
    if (a[i]! < -1e29) continue;
    const difference = Math.abs(a[i]! - b[i]!);
    most = Math.max(most, Number.isNaN(difference) ? Infinity : difference);
    largest = Math.max(largest, Math.abs(b[i]!));
    squares += difference ** 2;
    all += b[i]! ** 2;
  }
  return { name, largest: most / largest, rms: Math.sqrt(squares / all) };
}

/** Whether the largest logit of each row is the same token's. */
function sameTokens(given: Tensor, expected: Tensor): Tokens {
  const [rows, width] = expected.dims as [number, number];
  const row = ({ data }: Tensor, i: number) => (data as Float32Array).subarray(i * width, (i + 1) * width);
  const pairs = Array.from({ length: rows }, (_, i) => [row(given, i), row(expected, i)] as const);
  const same = pairs.filter(([a, b]) => largestAt(a) === largestAt(b)).length;
  return { same, all: rows, leastMargin: Math.min(...pairs.map(([, b]) => marginOf(b))) };
}

function largestAt(row: Float32Array): number {
  return row.reduce((best, value, i) => (value > row[best]! ? i : best), 0);
}

function marginOf(row: Float32Array): number {
  const best = largestAt(row);
  const second = row.reduce((most, value, i) => (i === best ? most : Math.max(most, value)), -Infinity);
  return (row[best]! - second) / row[best]!;
}
