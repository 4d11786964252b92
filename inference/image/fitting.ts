import { bare, centred, cut, middle } from "./canvas.ts";
import type { Fit } from "./preprocessing.ts";
import type { Size } from "./processor-values.ts";
import { resizeInSteps } from "./resize.ts";
import type { RgbPixels } from "./rgb-image.ts";
import { bestGrid, sizeWithin } from "./tiles.ts";

/** The views of a picture, each of the fit's size, with a pause every few milliseconds. */
export function* fitInSteps(image: RgbPixels, fit: Fit): Generator<void, readonly [RgbPixels, ...RgbPixels[]]> {
  switch (fit.kind) {
    case "stretch":
      return [yield* resizeInSteps(bare(image), fit)];
    case "crop":
      return [yield* cropInSteps(image, fit)];
    case "tiles":
      return [yield* resizeInSteps(bare(image), fit), ...(yield* tilesInSteps(image, fit))];
  }
}

/** Only the middle is computed: of a picture a thousand times as wide as high, the rest would not fit into memory. */
function* cropInSteps(image: RgbPixels, fit: Extract<Fit, { kind: "crop" }>): Generator<void, RgbPixels> {
  const side = Math.max(image.width, image.height);
  const canvas = fit.padding ? centred(image, { width: side, height: side, colour: fit.padding }) : bare(image);
  const scaled = withShortestEdge(canvas, fit.shortestEdge);
  return yield* resizeInSteps(canvas, scaled, middle(scaled, fit));
}

/** transformers' get_resize_output_image_size: the longer side is rounded down. */
function withShortestEdge({ width, height }: Size, edge: number): Size {
  return width <= height
    ? { width: edge, height: Math.trunc((edge * height) / width) }
    : { width: Math.trunc((edge * width) / height), height: edge };
}

/** Row by row. */
function* tilesInSteps(image: RgbPixels, fit: Extract<Fit, { kind: "tiles" }>): Generator<void, RgbPixels[]> {
  const grid = bestGrid(image, fit.grids);
  const canvas = centred(yield* resizeInSteps(bare(image), sizeWithin(image, grid)), grid);
  const { width, height } = fit;
  const tiles: RgbPixels[] = [];
  for (let top = 0; top < grid.height; top += height)
    for (let left = 0; left < grid.width; left += width) tiles.push(cut(canvas, { left, top, width, height }));
  return tiles;
}
