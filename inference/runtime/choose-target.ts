import { InferenceError } from "../errors.ts";
import { CPU, type DeviceChoice, type Target } from "../onnx/target.ts";
import { wrongAttentions } from "./attention-check.ts";
import { fasterDevice } from "./faster-device.ts";

/** Where a worker's graphs run, and what is to be said about it. */
export interface Chosen {
  readonly target: Target;
  /** `undefined`: it is just as asked for. */
  readonly note: string | undefined;
}

/** MODEL_UNAVAILABLE if WebGPU is asked for and cannot be used; by `auto` it is left for the CPU, and `note` says why. */
export async function chooseTarget(choice: DeviceChoice, threads: number): Promise<Chosen> {
  if (choice === "cpu") return { target: CPU, note: undefined };
  try {
    const target = await checkedWebGpu();
    if (choice === "auto" && (await fasterDevice(threads)) === "cpu")
      return onCpu("the CPU is faster than its adapter");
    return { target, note: target.attention === "fused" ? undefined : DECOMPOSED };
  } catch (error) {
    const reason = reasonOf(error);
    if (choice === "auto") return onCpu(reason);
    throw new InferenceError("MODEL_UNAVAILABLE", `WebGPU cannot be used: ${reason}. Without it: --device cpu.`);
  }
}

const NO_ADAPTER = "there is no GPU with a driver for it (on Linux one for Vulkan, and the loader libvulkan.so.1)";
const DECOMPOSED =
  "WebGPU's own attention comes out wrong on this adapter: it is computed by matrix products and softmax instead.";

function onCpu(reason: string): Chosen {
  return { target: CPU, note: `WebGPU is not used: ${reason}.` };
}

/** WebGPU with those forms of attention that come out right on its adapter. */
async function checkedWebGpu(): Promise<Target> {
  const fused: Target = { device: "webgpu", attention: "fused", cache: "float32" };
  if ((await wrongForms(fused)).length === 0) return fused;
  const decomposed: Target = { device: "webgpu", attention: "decomposed", cache: "float32" };
  const wrong = await wrongForms(decomposed);
  if (wrong.length === 0) return decomposed;
  throw new Error(`its adapter computes ${wrong.join(", ")} wrongly`);
}

async function wrongForms(target: Target): Promise<readonly string[]> {
  try {
    return await wrongAttentions(target);
  } catch (error) {
    throw new Error(reasonOf(error).includes("WebGPU adapter") ? NO_ADAPTER : reasonOf(error), { cause: error });
  }
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().replace(/\.$/, "");
}
