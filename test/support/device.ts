import { CPU, type Device, type Target } from "../../inference/onnx/target.ts";

const webgpu = { device: "webgpu", attention: "decomposed", products: "blocks" } as const;

/** What networks are written for, and what runs them: what is written for WebGPU are operators that the CPU knows as well. */
const settings: Readonly<Record<string, { readonly target: Target; readonly device: Device }>> = {
  cpu: { target: CPU, device: "cpu" },
  webgpu: { target: { ...webgpu, dtype: "float32", cache: "float32" }, device: "webgpu" },
  float16: { target: { ...webgpu, dtype: "float16", cache: "float16" }, device: "webgpu" },
  "float16-on-cpu": { target: { ...webgpu, dtype: "float16", cache: "float16" }, device: "cpu" },
};

/** Where golden tests run their networks: vitest.config.ts has them all run again with other values of TEST_TARGET. */
export const { target, device } = settings[process.env.TEST_TARGET ?? "cpu"]!;

/** Rows of the past that no row sees, which a network gets at least: WebGPU needs one. */
export const UNSEEN = target.device === "webgpu" ? 1 : 0;

/** All on the CPU; on WebGPU, which software computes, only the first: the others are the same operators once more. */
export function sampled<T>(all: readonly T[], first: number): readonly T[] {
  return target.device === "webgpu" ? all.slice(0, first) : all;
}

/**
 * How far results may be off, of the largest: as given in float32. Random weights make much of float16's rounding:
 * transformers' own float16 is off by up to 0.02 on these checkpoints, ours by 0.04 where sums are float32's, as on the CPU,
 * and 0.085 where they are float16's; of most results, the half, 0.01.
 */
export function tolerable(inFloat32: number): number {
  if (target.dtype === "float32") return inFloat32;
  return device === "cpu" ? 0.05 : 0.1;
}
