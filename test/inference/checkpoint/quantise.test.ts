import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantiseRows } from "../../../inference/checkpoint/quantise.ts";
import { type BlockFormat, blockBytes, blocksPerRow } from "../../../inference/checkpoint/quantised-matrix.ts";
import { dequantised } from "./dequantise.ts";

const formats: readonly BlockFormat[] = [4, 8].flatMap((bits) =>
  [16, 32, 128].map((blockSize) => ({ bits: bits as 4 | 8, blockSize })),
);

/** A format, a width that need not fill its blocks, and that many elements for some rows. */
const matrices = fc
  .tuple(fc.constantFrom(...formats), fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 5 }))
  .chain(([format, columns, rows]) =>
    fc.record({
      format: fc.constant(format),
      columns: fc.constant(columns),
      rows: fc.float32Array({
        minLength: rows * columns,
        maxLength: rows * columns,
        noNaN: true,
        min: -(2 ** 100),
        max: 2 ** 100,
      }),
    }),
  );

describe("quantised rows", () => {
  it("are near what they were: at most as far as the coarsest scale that is tried allows", () => {
    fc.assert(
      fc.property(matrices, ({ format, columns, rows }) => {
        const quantised = quantiseRows(rows, columns, format);
        const again = dequantised(quantised, columns, format);
        rows.forEach((value, i) => {
          const block =
            Math.floor(i / columns) * blocksPerRow(columns, format) + Math.floor((i % columns) / format.blockSize);
          const start = i - ((i % columns) % format.blockSize);
          const end = Math.min(start + format.blockSize, (Math.floor(i / columns) + 1) * columns);
          const furthest = Math.max(...rows.subarray(start, end).map(Math.abs));
          const step = format.bits === 8 ? furthest / 127 / 2 : furthest * 0.2;
          expect(Math.abs(again[i]! - value)).toBeLessThanOrEqual(step * 1.001 + 1e-40);
          expect(Number.isFinite(quantised.scales[block]!)).toBe(true);
        });
      }),
      { numRuns: 200 },
    );
  });

  it("fill the last block of a row with what stands for zero", () => {
    const [four, eight] = [4, 8].map((bits) => ({ bits: bits as 4 | 8, blockSize: 16 }));
    expect([...quantiseRows(Float32Array.of(-8, 7, 1), 3, four!).blocks]).toEqual([
      0xf0,
      0x89,
      ...Array<number>(6).fill(0x88),
    ]);
    expect([...quantiseRows(Float32Array.of(-127, 5), 2, eight!).blocks]).toEqual([
      1,
      133,
      ...Array<number>(14).fill(128),
    ]);
  });

  it.each(formats)("keep what the format can hold, $bits bits in blocks of $blockSize", (format) => {
    const largest = 2 ** (format.bits - 1) - 1;
    const numbers = Array.from({ length: 3 * format.blockSize }, (_, i) => (i % (2 * largest + 1)) - largest);
    const withExtremes = numbers.map((value, i) =>
      i % format.blockSize === 0 ? (format.bits === 4 ? -8 : -127) : value,
    );
    const rows = Float32Array.from(withExtremes, (value) => value * 0.25);
    const quantised = quantiseRows(rows, 3 * format.blockSize, format);
    expect(dequantised(quantised, 3 * format.blockSize, format)).toEqual(rows);
    expect(quantised.blocks).toHaveLength(3 * blockBytes(format));
  });

  it("of 4 bits have less squared error than with the scale of the furthest element", () => {
    const format = { bits: 4, blockSize: 32 } as const;
    const rows = Float32Array.from({ length: 32 * 64 }, (_, i) => Math.sin(i * 1.3) ** 3 + Math.sin(i * 0.7));
    const error = (again: Float32Array) => again.reduce((sum, value, i) => sum + (value - rows[i]!) ** 2, 0);
    const plain = rows.map((value, i) => {
      const block = rows.subarray(i - (i % 32), i - (i % 32) + 32);
      const scale = block.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0) / -8;
      return scale * Math.max(-8, Math.min(7, Math.round(value / scale)));
    });
    expect(error(dequantised(quantiseRows(rows, 64, format), 64, format))).toBeLessThan(0.95 * error(plain));
  });

  it.each([NaN, Infinity, -Infinity])("are refused where they have %s", (value) => {
    expect(() => quantiseRows(Float32Array.of(1, value), 2, formats[0]!)).toThrow(
      new RangeError(`element 1 is ${value}`),
    );
  });
});
