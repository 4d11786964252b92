import type { ServedDtype } from "../checkpoint/served-dtype.ts";
import type { DecoderShape } from "../models/model.ts";
import type { Target } from "../onnx/target.ts";
import { cacheDtype } from "./cache-dtype.ts";

/** Fewer weights are read in so little time that a chunk by itself takes hardly more; parts alone cost a fifth of a step then. */
const MANY_WEIGHTS = 2 ** 25;
/** Of a layer of a language model: four matrices of attention, and a gated MLP of usual width. */
const MATRICES_OF_A_LAYER = 12;

/** Where a model's decoder runs, of the target of its other networks. */
export function decoderTarget(target: Target, dtype: ServedDtype, decoder: DecoderShape): Target {
  return { ...target, cache: cacheDtype(dtype, target, decoder), mixes: mixes(target, decoder) };
}

/** Whether a decoder's steps are to have chunks beside them: on WebGPU a product of no rows would end the process. */
function mixes({ device }: Pick<Target, "device">, { layers, featureWidth = 0 }: DecoderShape): boolean {
  return device === "cpu" && MATRICES_OF_A_LAYER * layers * featureWidth ** 2 >= MANY_WEIGHTS;
}
