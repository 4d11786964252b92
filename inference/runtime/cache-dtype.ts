import type { ServedDtype } from "../checkpoint/served-dtype.ts";
import type { CacheDtype, Device } from "../onnx/target.ts";

/** Beside quantised weights, half of float32's digits are lost in the noise. On WebGPU a cache is mirrored in float32. */
export function cacheDtype(dtype: ServedDtype, device: Device): CacheDtype {
  return device === "cpu" && dtype !== "float32" ? "float16" : "float32";
}
