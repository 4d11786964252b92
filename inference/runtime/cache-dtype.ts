import type { ServedDtype } from "../checkpoint/served-dtype.ts";
import type { DecoderShape } from "../models/model.ts";
import type { CacheDtype, Target } from "../onnx/target.ts";
import { bytesPerRow } from "./cache-shape.ts";

/** Bytes of float32. Of rows up to so many there is memory for thousands; to widen them is a tenth of one stream's time, a quarter of eight. */
const SMALL_ROW = 2 ** 18;

/** On the CPU, half of float32's digits are lost in the noise beside quantised weights: large rows are kept in float16. */
export function cacheDtype(
  dtype: ServedDtype,
  { device, cache }: Pick<Target, "device" | "cache">,
  decoder: Pick<DecoderShape, "layers" | "heads" | "headDim">,
): CacheDtype {
  if (device !== "cpu" || dtype === "float32") return cache;
  return bytesPerRow({ ...decoder, dtype: "float32" }) <= SMALL_ROW ? "float32" : "float16";
}
