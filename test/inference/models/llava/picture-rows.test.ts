import { describe, expect, it } from "vitest";
import { tiledViews } from "../../../../inference/models/llava/picture-rows.ts";
import type { Picture } from "../../../../inference/models/model.ts";
import { float32 } from "../../../../inference/tensor.ts";

const grids = [
  [336, 672],
  [672, 336],
  [672, 672],
  [1008, 336],
  [336, 1008],
].map(([height, width]) => ({ height: height!, width: width! }));

function picture(width: number, height: number): Picture {
  const [first, ...others] = Array.from({ length: 5 }, () => float32([0], new Float32Array()));
  return { sha256: "a", width, height, views: [first!, ...others] };
}

function rowsOf(width: number, height: number) {
  return tiledViews("m", { tile: 336, side: 24, grids })(picture(width, height));
}

describe("LLaVA-1.6's rows of a picture", () => {
  // By LlavaNextProcessor._get_number_of_features of transformers 5.18, with 24 patches a side.
  it.each([
    [672, 672, 2928],
    [640, 480, 2340],
    [480, 640, 2352],
    [1920, 1080, 1948],
    [1080, 1920, 1968],
    [3000, 400, 1306],
    [100, 1000, 1224],
    [336, 336, 1176],
    [1, 1, 1176],
    [333, 17, 674],
  ])("are of %d × %d pixels as many as transformers counts", (width, height, expected) => {
    expect(rowsOf(width, height).reduce((sum, { rows }) => sum + rows, 0)).toBe(expected);
  });

  it("end each line with the learned row, and read each tile where the picture lies on it", () => {
    const [whole, first, second, end] = rowsOf(640, 480);
    expect(whole).toMatchObject({ rows: 576, source: { call: { key: "a" }, output: "image_features" } });
    expect(first).toMatchObject({ rows: 24, from: 6 * 24, source: { call: { key: "a tile 1" } } });
    expect(second).toMatchObject({ rows: 24, from: 6 * 24, source: { call: { key: "a tile 2" } } });
    expect(end).toMatchObject({ rows: 1, source: { call: { network: "m/newline" }, output: "row" } });
  });
});
