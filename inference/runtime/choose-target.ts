import { InferenceError } from "../errors.ts";
import { CPU, type Device, type DeviceChoice, type FloatType, type Target } from "../onnx/target.ts";
import { cudaProvider, FETCH_CUDA_PROVIDER } from "./cuda-provider.ts";
import { wrongForms } from "./form-check.ts";
import { integerProducts } from "./integer-check.ts";
import { fasterDevice } from "./faster-device.ts";

/** Where a worker's graphs run, and what is to be said about it. */
export interface Chosen {
  /** In float32, which every device knows. */
  readonly target: Target;
  /** The same device in float16, or why not. */
  readonly half: Target | { readonly missing: string };
  readonly notes: readonly string[];
}

type Gpu = Exclude<Device, "cpu">;

const names: Readonly<Record<Gpu, string>> = { webgpu: "WebGPU", cuda: "CUDA" };

/** MODEL_UNAVAILABLE if a GPU is asked for and cannot be used; by `auto` it is left for the CPU, and a note says why. */
export async function chooseTarget(choice: DeviceChoice, threads: number): Promise<Chosen> {
  if (choice === "cpu") return onCpu([]);
  if (choice === "auto") return fasterTarget(threads);
  try {
    return choice === "cuda" ? await onCuda() : await onGpu(choice);
  } catch (error) {
    const problem = `${names[choice]} cannot be used: ${reasonOf(error)}. Without it: --device cpu.`;
    throw new InferenceError("MODEL_UNAVAILABLE", problem);
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

/** This CPU, as it is found to be. */
export async function cpuTarget(): Promise<Target> {
  return { ...CPU, products: await integerProducts() };
}

async function onCpu(notes: readonly string[]): Promise<Chosen> {
  return {
    target: await cpuTarget(),
    half: { missing: "that is for a GPU; on the CPU choose float32, int8 or int4" },
    notes,
  };
}

async function fasterTarget(threads: number): Promise<Chosen> {
  try {
    const chosen = await onGpu("webgpu");
    if ((await fasterDevice(threads)) === "webgpu") return chosen;
    return await onCpu(["WebGPU is not used: the CPU is faster than its adapter."]);
  } catch (error) {
    return onCpu([`WebGPU is not used: ${reasonOf(error)}.`]);
  }
}

const EXPERIMENTAL = "CUDA is experimental: beyond the check at start, nobody has tried it on a GPU yet.";

async function onCuda(): Promise<Chosen> {
  const { path, isThere } = cudaProvider();
  if (!isThere) throw new Error(`there is no ${path}; on Linux x64 this fetches it: ${FETCH_CUDA_PROVIDER}`);
  const chosen = await onGpu("cuda");
  return { ...chosen, notes: [EXPERIMENTAL, ...chosen.notes] };
}

async function onGpu(device: Gpu): Promise<Chosen> {
  const target = await checked(device, "float32", ["fused", "decomposed"]);
  const half = await halfOf(device, target);
  return { target, half, notes: notesOf(device, "missing" in half ? target : half, half) };
}

function notesOf(device: Gpu, served: Target, half: Chosen["half"]): string[] {
  const decomposed = `${names[device]}'s own attention comes out wrong on this adapter: it is computed by matrix products and softmax instead.`;
  const missing = "missing" in half ? [`Models are served in float32, not float16: ${half.missing}.`] : [];
  return [...(served.attention === "fused" ? [] : [decomposed]), ...missing];
}

/** What is wrong in float32 need not be tried in float16. */
async function halfOf(device: Gpu, { attention }: Target): Promise<Chosen["half"]> {
  try {
    return await checked(device, "float16", attention === "fused" ? ["fused", "decomposed"] : ["decomposed"]);
  } catch (error) {
    return { missing: reasonOf(error) };
  }
}

/** The device with the first of these kinds of attention that comes out right on it, as all else must. */
async function checked(device: Gpu, dtype: FloatType, attentions: readonly Target["attention"][]): Promise<Target> {
  let wrong: readonly string[] = [];
  for (const attention of attentions) {
    const target = { device, dtype, attention, products: "blocks", cache: dtype } as const;
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

const NO_ADAPTER = "there is no GPU with a driver for it (on Linux one for Vulkan, and the loader libvulkan.so.1)";
const NO_CUDA = "its provider cannot be loaded; it needs the libraries of CUDA 12 and cuDNN 9 (LD_LIBRARY_PATH)";

/** What onnxruntime says, in words for whoever runs the server. */
function plain(message: string): string {
  if (message.includes("WebGPU adapter")) return NO_ADAPTER;
  if (/ExecutionProvider_Cuda|providers_cuda/i.test(message)) return NO_CUDA;
  return /f16|float16/.test(message) ? "its adapter does not know it (shader-f16)" : message;
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().replace(/\.$/, "");
}
