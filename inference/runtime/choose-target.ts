import { InferenceError } from "../errors.ts";
import { CPU, type DeviceChoice, type FloatType, type Target } from "../onnx/target.ts";
import { wrongForms } from "./form-check.ts";
import { fasterDevice } from "./faster-device.ts";

/** Where a worker's graphs run, and what is to be said about it. */
export interface Chosen {
  /** In float32, which every device knows. */
  readonly target: Target;
  /** The same device in float16, or why not. */
  readonly half: Target | { readonly missing: string };
  readonly notes: readonly string[];
}

/** MODEL_UNAVAILABLE if WebGPU is asked for and cannot be used; by `auto` it is left for the CPU, and a note says why. */
export async function chooseTarget(choice: DeviceChoice, threads: number): Promise<Chosen> {
  if (choice === "cpu") return onCpu([]);
  try {
    const target = await checkedWebGpu("float32", ["fused", "decomposed"]);
    if (choice === "auto" && (await fasterDevice(threads)) === "cpu") {
      return onCpu(["WebGPU is not used: the CPU is faster than its adapter."]);
    }
    const half = await halfOf(target);
    return { target, half, notes: notesOf(target, half) };
  } catch (error) {
    const reason = reasonOf(error);
    if (choice === "auto") return onCpu([`WebGPU is not used: ${reason}.`]);
    throw new InferenceError("MODEL_UNAVAILABLE", `WebGPU cannot be used: ${reason}. Without it: --device cpu.`);
  }
}

/**
 * Where a model runs whose dtype is asked for: in float16 if that is what is asked for, or nothing is, or its weights are
 * less exact anyway. MODEL_UNAVAILABLE where float16 is asked for and there is none.
 */
export function targetFor({ target, half }: Chosen, dtype: string | undefined): Target {
  if (dtype === "float32") return target;
  if (!("missing" in half)) return half;
  if (dtype !== "float16") return target;
  throw new InferenceError("MODEL_UNAVAILABLE", `it cannot be served in float16: ${half.missing}.`);
}

const NO_ADAPTER = "there is no GPU with a driver for it (on Linux one for Vulkan, and the loader libvulkan.so.1)";
const DECOMPOSED =
  "WebGPU's own attention comes out wrong on this adapter: it is computed by matrix products and softmax instead.";

function onCpu(notes: readonly string[]): Chosen {
  return { target: CPU, half: { missing: "that is for a GPU; on the CPU choose float32, int8 or int4" }, notes };
}

function notesOf(target: Target, half: Chosen["half"]): string[] {
  const served = "missing" in half ? target : half;
  const missing = "missing" in half ? [`Models are served in float32, not float16: ${half.missing}.`] : [];
  return [...(served.attention === "fused" ? [] : [DECOMPOSED]), ...missing];
}

/** What is wrong in float32 need not be tried in float16. */
async function halfOf({ attention }: Target): Promise<Chosen["half"]> {
  try {
    return await checkedWebGpu("float16", attention === "fused" ? ["fused", "decomposed"] : ["decomposed"]);
  } catch (error) {
    return { missing: reasonOf(error) };
  }
}

/** WebGPU with the first of these kinds of attention that comes out right on its adapter, as all else must. */
async function checkedWebGpu(dtype: FloatType, attentions: readonly Target["attention"][]): Promise<Target> {
  let wrong: readonly string[] = [];
  for (const attention of attentions) {
    const target = { device: "webgpu", dtype, attention, cache: dtype } as const;
    wrong = await wrongOn(target);
    if (wrong.length === 0) return target;
  }
  throw new Error(`its adapter computes ${wrong.join(", ")} wrongly`);
}

async function wrongOn(target: Target): Promise<readonly string[]> {
  try {
    return await wrongForms(target);
  } catch (error) {
    throw new Error(plain(reasonOf(error)), { cause: error });
  }
}

/** What onnxruntime says, in words for whoever runs the server. */
function plain(message: string): string {
  if (message.includes("WebGPU adapter")) return NO_ADAPTER;
  return /f16|float16/.test(message) ? "its adapter does not know it (shader-f16)" : message;
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().replace(/\.$/, "");
}
