import type { ServedDtype } from "../checkpoint/served-dtype.ts";
import type { CacheDtype, Target } from "../onnx/target.ts";

/** On the CPU, half of float32's digits are lost in the noise beside quantised weights. */
export function cacheDtype(dtype: ServedDtype, { device, cache }: Pick<Target, "device" | "cache">): CacheDtype {
  return device === "cpu" && dtype !== "float32" ? "float16" : cache;
}
