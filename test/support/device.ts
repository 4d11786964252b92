import { CPU, type Target } from "../../inference/onnx/target.ts";

/** Where golden tests run their networks: vitest.config.ts has them all run again with TEST_DEVICE=webgpu. */
export const target: Target =
  process.env.TEST_DEVICE === "webgpu" ? { device: "webgpu", attention: "decomposed", cache: "float32" } : CPU;

/** Rows of the past that no row sees, which a network gets at least: WebGPU needs one. */
export const UNSEEN = target.device === "webgpu" ? 1 : 0;

/** All on the CPU; on WebGPU, which software computes, only the first: the others are the same operators once more. */
export function sampled<T>(all: readonly T[], first: number): readonly T[] {
  return target.device === "webgpu" ? all.slice(0, first) : all;
}
