import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { affine, matrixParts, product } from "../../../inference/layers/linear.ts";
import { concat } from "../../../inference/onnx/operators.ts";
import type { Tensor } from "../../../inference/tensor.ts";
import { computed, values } from "./operators.ts";
import { naive, quantisedMatrix } from "./quantised-matrix.ts";

/** Whole numbers up to 127, one of them in each block: quantised to 8 bits they stay what they are. */
function wholeRows(dims: readonly number[], blockSize: number): Tensor {
  const columns = dims.at(-1)!;
  const size = dims.reduce((product, dim) => product * dim, 1);
  const data = Float32Array.from({ length: size }, (_, i) =>
    (i % columns) % blockSize === 0 ? 127 : ((i * 37) % 255) - 127,
  );
  return { dims, data };
}

function expectNear(found: Float32Array, expected: Float32Array, columns: number): void {
  expect(found).toHaveLength(expected.length);
  // Products of up to 127 × 1, summed in float32.
  found.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-4 * columns + 1e-3));
}

const shapes = fc.record({
  bits: fc.constantFrom(4 as const, 8 as const),
  blockSize: fc.constantFrom(16, 32, 128),
  columns: fc.integer({ min: 1, max: 150 }),
  out: fc.integer({ min: 1, max: 40 }),
  rows: fc.integer({ min: 1, max: 9 }),
});

describe("a quantised linear layer", () => {
  it("is the product with the matrix that it stands for, whatever the shapes", async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async ({ columns, out, rows, ...format }) => {
        const { matrix, elements } = quantisedMatrix(out, columns, format);
        const x = wholeRows([rows, columns], format.blockSize);
        const y = await computed((x) => product(x, matrix), x);
        expect(y.dims).toEqual([rows, out]);
        expectNear(y.data, naive(x, elements, columns), columns);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it.each([4, 8] as const)("adds its bias, %i bits, over pictures of rows", async (bits) => {
    const { matrix, elements } = quantisedMatrix(48, 64, { bits, blockSize: 32 });
    const [x, bias] = [wholeRows([2, 3, 64], 32), values([48], 2)];
    const y = await computed((x, b) => affine(x, matrix, b), x, bias);
    expect(y.dims).toEqual([2, 3, 48]);
    expectNear(y.data, naive(x, elements, 64, bias.data as Float32Array), 64);
  });

  it.each([4, 8] as const)("comes in parts of its rows, %i bits", async (bits) => {
    const { matrix, elements } = quantisedMatrix(48, 64, { bits, blockSize: 16 });
    const x = wholeRows([2, 64], 16);
    const y = await computed(
      (x) =>
        concat(
          matrixParts(matrix, 3).map((part) => product(x, part)),
          -1,
        ),
      x,
    );
    expectNear(y.data, naive(x, elements, 64), 64);
  });

  it("quantises rows that are no whole numbers to 8 bits: a small error", async () => {
    const { matrix, elements } = quantisedMatrix(32, 256, { bits: 8, blockSize: 32 });
    const x = values([4, 256], 0.9);
    const y = await computed((x) => product(x, matrix), x);
    const expected = naive(x, elements, 256);
    const [error, size] = [expected.map((value, i) => value - y.data[i]!), expected].map((v) => Math.hypot(...v));
    expect(error! / size!).toBeLessThan(0.03);
  });

  it("names shapes that do not fit", async () => {
    const { matrix } = quantisedMatrix(5, 32, { bits: 4, blockSize: 32 });
    await expect(computed((x) => product(x, matrix), values([2, 31], 1))).rejects.toThrow(
      "x0[2, 31] × transposed w[5, 32]",
    );
    const short = computed((x, bias) => affine(x, matrix, bias), values([2, 32], 1), values([4], 1));
    await expect(short).rejects.toThrow("x0[2, 32] × transposed w[5, 32] + x1[4]");
  });
});
