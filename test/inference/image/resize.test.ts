import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bicubicTaps, WEIGHT_BITS } from "../../../inference/image/bicubic-taps.ts";
import { bare, centred, cut } from "../../../inference/image/canvas.ts";
import { resizeBicubic, resizeInSteps } from "../../../inference/image/resize.ts";
import { goldenBytes, goldenJson } from "./goldens.ts";

interface ResizeCase {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly toWidth: number;
  readonly toHeight: number;
}

describe("resizeBicubic", () => {
  it.each(goldenJson("resize/resize.json") as ResizeCase[])("gives Pillow's bytes: $name", (row) => {
    const source = { width: row.width, height: row.height, data: goldenBytes(`resize/${row.name}.source.bin`) };
    const resized = resizeBicubic(source, row.toWidth, row.toHeight);
    expect([resized.width, resized.height]).toEqual([row.toWidth, row.toHeight]);
    expect(Buffer.from(resized.data).equals(goldenBytes(`resize/${row.name}.target.bin`))).toBe(true);
  });

  it("keeps a picture of one colour", () => {
    const side = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(side, side, side, side, fc.nat(255), (width, height, toWidth, toHeight, level) => {
        const source = { width, height, data: new Uint8Array(width * height * 3).fill(level) };
        expect(resizeBicubic(source, toWidth, toHeight).data.every((value) => value === level)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it("pauses often on a big picture, and gives the same", () => {
    const source = {
      width: 2000,
      height: 1500,
      data: Uint8Array.from({ length: 9_000_000 }, (_, i) => (i * 2654435761) >>> 8),
    };
    const steps = resizeInSteps(bare(source), { width: 64, height: 48 });
    let pauses = 0;
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) pauses++;
    expect(pauses).toBeGreaterThan(10);
    expect(Buffer.from(step.value.data).equals(resizeBicubic(source, 64, 48).data)).toBe(true);
  });
});

describe("a part of a canvas", () => {
  const side = fc.integer({ min: 1, max: 40 });

  it("is that part of the whole, filled in and resized", () => {
    const example = fc.record({ width: side, height: side, right: side, below: side, toWidth: side, toHeight: side });
    fc.assert(
      fc.property(example, fc.nat(), fc.nat(), ({ width, height, right, below, toWidth, toHeight }, x, y) => {
        const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * 2654435761) >>> 9);
        const ground = { width: width + right - 1, height: height + below - 1, colour: [122, 116, 104] as const };
        const canvas = centred({ width, height, data }, ground);
        const filled = cut(canvas, { left: 0, top: 0, ...ground });
        const [left, top] = [x % toWidth, y % toHeight];
        const part = { left, top, width: toWidth - left, height: toHeight - top };
        const steps = resizeInSteps(canvas, { width: toWidth, height: toHeight }, part);
        let step = steps.next();
        while (step.done !== true) step = steps.next();
        const whole = resizeBicubic(filled, toWidth, toHeight);
        expect(Buffer.from(step.value.data).equals(cut(bare(whole), part).data)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("is computed of a whole that is far too large", () => {
    const image = { width: 16384, height: 1, data: new Uint8Array(3 * 16384).fill(200) };
    const whole = { width: 336 * 16384, height: 336 };
    const steps = resizeInSteps(bare(image), whole, { left: 2e6, top: 0, width: 336, height: 336 });
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    expect(step.value.data.every((value) => value === 200)).toBe(true);
  });
});

describe("bicubicTaps", () => {
  it("weighs to one, reads inside the picture, and cannot overflow 32 bits", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 600 }), (inputs, outputs) => {
        const { starts, counts, weights, stride } = bicubicTaps(inputs, outputs);
        for (let output = 0; output < outputs; output++) {
          const row = weights.subarray(output * stride, output * stride + counts[output]!);
          expect(Math.abs(row.reduce((sum, weight) => sum + weight, 0) - 2 ** WEIGHT_BITS)).toBeLessThan(row.length);
          expect(row.reduce((sum, weight) => sum + Math.abs(weight), 0) * 255).toBeLessThan(2 ** 31 - 2 ** 22);
          expect(starts[output]! >= 0 && counts[output]! >= 1 && starts[output]! + counts[output]! <= inputs).toBe(
            true,
          );
        }
      }),
      { numRuns: 60 },
    );
  });
});
