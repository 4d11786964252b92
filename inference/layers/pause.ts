import type { Tensor } from "../onnx/tensor.ts";

/** Arithmetic for some tens of milliseconds of two cores, beside which it costs nothing to go in and out of a graph. */
const PART_OPERATIONS = 1e10;

/**
 * After layer `index` of `layers`, whose states are x [batch, rows, width]: a place where a pass may rest while others run,
 * as many layers after the last such place as are some work together. Nothing but x may be needed from here on. A GPU's
 * passes are short as they are.
 */
export function pauseAfter(x: Tensor, { index, layers }: { readonly index: number; readonly layers: number }): void {
  const [, rows, width] = x.shape;
  if (x.graph.target.device !== "cpu" || typeof rows !== "number" || typeof width !== "number") return;
  const layersPerPart = Math.max(1, Math.round(PART_OPERATIONS / layerOperations(rows, width)));
  if ((index + 1) % layersPerPart === 0 && index + 1 < layers) x.graph.cut(x);
}

/** Multiplications and additions of a transformer's layer, whose MLP is four times as wide. */
function layerOperations(rows: number, width: number): number {
  return 24 * rows * width ** 2 + 4 * rows ** 2 * width;
}
