import { bestGrid } from "../../image/tiles.ts";
import type { CallOutput, EncoderCall } from "../../scheduling/program.ts";
import { float32 } from "../../tensor.ts";
import type { Picture } from "../model.ts";
import type { PictureRows } from "./prompts.ts";

type Sizes = { readonly width: number; readonly height: number };

/** LLaVA: a picture is what the vision tower gives for its one view. */
export function oneView(model: string, rows: number): PictureRows {
  return (picture) => [{ rows, source: visionOutput(model, picture, 0) }];
}

/** How LLaVA-1.6 cuts pictures up: tiles of `tile` pixels, each seen as `side` × `side` rows. */
export interface Tiling {
  readonly tile: number;
  readonly side: number;
  readonly grids: readonly Sizes[];
}

/**
 * LLaVA-1.6: the whole picture's rows; then line by line what the tiles show of it, a learned row after each line
 * (transformers' pack_image_features).
 */
export function tiledViews(model: string, { tile, side, grids }: Tiling): PictureRows {
  return (picture) => {
    const grid = bestGrid(picture, grids);
    const across = grid.width / tile;
    const shown = withoutPadding({ width: side * across, height: (side * grid.height) / tile }, picture);
    const whole = { rows: side ** 2, source: visionOutput(model, picture, 0) };
    const lines = Array.from({ length: shown.bottom - shown.top }, (_, i) => {
      const [row, line] = [Math.floor((shown.top + i) / side), (shown.top + i) % side];
      return [
        ...tilesOf({ left: shown.left, right: shown.right, side }).map(({ column, from, to }) => ({
          rows: to - from,
          source: visionOutput(model, picture, 1 + row * across + column),
          from: line * side + from,
        })),
        { rows: 1, source: { call: newline(model), output: "row" } },
      ];
    });
    return [whole, ...lines.flat()];
  };
}

interface Shown {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Of a grid of rows, those that show the picture and not the ground that it lies on (transformers' unpad_image). */
function withoutPadding(grid: Sizes, picture: Sizes): Shown {
  if (picture.width / picture.height > grid.width / grid.height) {
    const padding = halfOf(grid.height, picture.height * (grid.width / picture.width));
    return { left: 0, right: grid.width, top: padding, bottom: grid.height - padding };
  }
  const padding = halfOf(grid.width, picture.width * (grid.height / picture.height));
  return { left: padding, right: grid.width - padding, top: 0, bottom: grid.height };
}

/** What is empty on each side. Rounded first: a length that is a whole number must not fall below it. */
function halfOf(length: number, filled: number): number {
  return Math.floor((length - Math.trunc(Number(filled.toFixed(7)))) / 2);
}

/** The part of a line that each tile shows, in the tile's own columns. */
function tilesOf({ left, right, side }: { left: number; right: number; side: number }) {
  const [first, last] = [Math.floor(left / side), Math.ceil(right / side)];
  return Array.from({ length: last - first }, (_, i) => {
    const start = (first + i) * side;
    return { column: first + i, from: Math.max(left - start, 0), to: Math.min(right - start, side) };
  });
}

/** A picture's views are items of one network: equal pictures are seen once. */
function visionOutput(model: string, { sha256, views }: Picture, view: number): CallOutput {
  const key = view === 0 ? sha256 : `${sha256} tile ${view}`;
  const call: EncoderCall = { network: `${model}/vision`, key, inputs: { pixel_values: views[view]! } };
  return { call, output: "image_features" };
}

function newline(model: string): EncoderCall {
  return { network: `${model}/newline`, key: "newline", inputs: { times: float32([1], Float32Array.of(1)) } };
}
