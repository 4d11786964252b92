import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { affine, matrixParts, product } from "../../../inference/layers/linear.ts";
import { Graph } from "../../../inference/onnx/graph.ts";
import { CPU } from "../../../inference/onnx/target.ts";
import { concat } from "../../../inference/onnx/operators.ts";
import { integerProducts } from "../../../inference/runtime/integer-check.ts";
import { createSession } from "../../../inference/runtime/session.ts";
import { float32, type Tensor } from "../../../inference/tensor.ts";
import { computed, values } from "./operators.ts";
import { naive, quantisedMatrix } from "./quantised-matrix.ts";

const byRow = (columns: number) => ({ bits: 8, blockSize: columns }) as const;

/** Whole numbers up to 127, one of them in each row, times a size of the row's own: quantised they stay what they are. */
function wholeRows(rows: number, columns: number): Tensor {
  const data = Float32Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return (column === 0 ? 127 : ((i * 37) % 255) - 127) * 2 ** (row - 4);
  });
  return float32([rows, columns], data);
}

const shapes = fc.record({
  columns: fc.integer({ min: 1, max: 6 }).map((blocks) => 32 * blocks),
  out: fc.integer({ min: 1, max: 40 }),
  rows: fc.integer({ min: 1, max: 9 }),
});

const inIntegers = (await integerProducts()) === "integers";
if (!inIntegers) console.warn("Not tested: what whole numbers add up to, which is wrong on this CPU, and not served.");
const itAddsUp = it.skipIf(!inIntegers);

describe("a linear layer in whole numbers", () => {
  itAddsUp("is the product with the matrix that it stands for, whatever the shapes and sizes", async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async ({ columns, out, rows }) => {
        const { matrix, elements } = quantisedMatrix(out, columns, byRow(columns));
        const x = wholeRows(rows, columns);
        const y = await computed((x) => product(x, matrix), x);
        expect(y.dims).toEqual([rows, out]);
        naive(x, elements, columns).forEach((value, i) => {
          const size = 2 ** (Math.floor(i / out) - 4);
          expect(Math.abs(y.data[i]! - value)).toBeLessThan((1e-4 * columns + 1e-3) * size);
        });
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it("gives a row what it would give it alone, to the bit, whatever stands beside it", async () => {
    const { matrix } = quantisedMatrix(24, 96, byRow(96));
    const x = values([5, 96], 3);
    const data = x.data as Float32Array;
    const huge = float32(
      [5, 96],
      data.map((value, i) => (i < 96 ? value : 1000 * value)),
    );
    const [together, beside, alone] = [
      await computed((x) => product(x, matrix), x),
      await computed((x) => product(x, matrix), huge),
      await computed((x) => product(x, matrix), float32([1, 96], data.slice(0, 96))),
    ];
    expect(together.data.slice(0, 24)).toEqual(alone.data);
    expect(beside.data.slice(0, 24)).toEqual(alone.data);
  });

  it("makes of rows without anything in them the bias alone", async () => {
    const { matrix } = quantisedMatrix(8, 64, byRow(64));
    const bias = values([8], 2);
    const y = await computed((x, b) => affine(x, matrix, b), float32([1, 2, 64], new Float32Array(128)), bias);
    expect(y.dims).toEqual([1, 2, 8]);
    expect([...y.data]).toEqual([...bias.data, ...bias.data]);
  });

  itAddsUp("comes in parts of its rows", async () => {
    const { matrix, elements } = quantisedMatrix(48, 64, byRow(64));
    const x = wholeRows(2, 64);
    const parts = (x: Parameters<typeof product>[0]) => matrixParts(matrix, 3).map((part) => product(x, part));
    const y = await computed((x) => concat(parts(x), -1), x);
    naive(x, elements, 64).forEach((value, i) => expect(Math.abs(y.data[i]! - value)).toBeLessThan(0.01));
  });

  itAddsUp("quantises what is no whole number with a small error", async () => {
    const { matrix, elements } = quantisedMatrix(32, 256, byRow(256));
    const x = values([4, 256], 0.9);
    const y = await computed((x) => product(x, matrix), x);
    const expected = naive(x, elements, 256);
    const error = Math.hypot(...expected.map((value, i) => value - y.data[i]!));
    expect(error / Math.hypot(...expected)).toBeLessThan(0.04);
  });

  it("is computed block by block where whole numbers are no good, and comes out alike", async () => {
    const { matrix, elements } = quantisedMatrix(40, 96, byRow(96));
    const x = wholeRows(3, 96);
    const graph = new Graph("blocks", { ...CPU, products: "blocks" });
    graph.output("y", product(graph.input("x", "float32", ["rows", 96]), matrix));
    const session = await createSession(graph.build(), { threads: 1 });
    const { y } = await session.run({ x });
    await session.release();
    const expected = naive(x, elements, 96);
    const error = Math.hypot(...expected.map((value, i) => value - (y!.data[i] as number)));
    expect(error / Math.hypot(...expected)).toBeLessThan(0.02);
  });

  it("names shapes that do not fit", async () => {
    const { matrix } = quantisedMatrix(5, 32, byRow(32));
    await expect(computed((x) => product(x, matrix), values([2, 31], 1))).rejects.toThrow(
      "x0[2, 31] × transposed w[5, 32]",
    );
  });
});

describe("the check of this CPU's whole numbers", () => {
  it("finds them right or leaves them, and says which", async () => {
    const products = await integerProducts();
    const { matrix, elements } = quantisedMatrix(32, 128, byRow(128));
    const graph = new Graph("largest", { ...CPU, products });
    graph.output("y", product(graph.input("x", "float32", [1, 128]), matrix));
    const session = await createSession(graph.build(), { threads: 1 });
    // Each element as far from zero as it can be: the sums are as large as they get.
    const x = float32(
      [1, 128],
      Float32Array.from({ length: 128 }, (_, i) => Math.sign(elements[i]!) || 1),
    );
    const { y } = await session.run({ x });
    await session.release();
    expect(Math.abs((y!.data[0] as number) - naive(x, elements, 128)[0]!)).toBeLessThan(0.05);
  });
});
