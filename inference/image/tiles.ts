import type { Size } from "./processor-values.ts";

/**
 * The grid of tiles that shows most of a picture, and of those that show as much the one with the least empty ground
 * (transformers' select_best_resolution). `grids` is not empty.
 */
export function bestGrid(picture: Size, grids: readonly Size[]): Size {
  const [first, ...others] = grids.map((grid) => ({ grid, shown: pixelsShown(picture, grid) }));
  const best = others.reduce((best, next) => (isBetter(next, best) ? next : best), first!);
  return best.grid;
}

interface Choice {
  readonly grid: Size;
  readonly shown: number;
}

function isBetter(a: Choice, b: Choice): boolean {
  return a.shown > b.shown || (a.shown === b.shown && area(a.grid) < area(b.grid));
}

/** Pixels of a picture that are left when it is scaled onto a grid; enlarging adds none. */
function pixelsShown(picture: Size, grid: Size): number {
  const scale = Math.min(grid.width / picture.width, grid.height / picture.height);
  const scaled = Math.trunc(picture.width * scale) * Math.trunc(picture.height * scale);
  return Math.min(scaled, area(picture));
}

function area({ width, height }: Size): number {
  return width * height;
}

/** A picture's size as large as it fits into a grid, its proportions kept (transformers' get_patch_output_size). */
export function sizeWithin(picture: Size, grid: Size): Size {
  const [across, down] = [grid.width / picture.width, grid.height / picture.height];
  return across < down
    ? { width: grid.width, height: Math.min(Math.ceil(picture.height * across), grid.height) }
    : { width: Math.min(Math.ceil(picture.width * down), grid.width), height: grid.height };
}
