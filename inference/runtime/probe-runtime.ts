import { Graph } from "../onnx/graph.ts";
import type { Device } from "../onnx/target.ts";
export { cudaProvider, type CudaProvider } from "./cuda-provider.ts";
import { chooseTarget } from "./choose-target.ts";
import { fasterDevice } from "./faster-device.ts";
import { createSession, loadOnnxRuntime } from "./session.ts";

/** What onnxruntime is and does on this machine's CPU. */
export interface RuntimeProbe {
  readonly version: string;
  /** Of a float32 matrix product, with as many threads as models get: 10⁹ additions and multiplications a second. */
  readonly gigaflops: number;
}

/** Loads onnxruntime and computes with it; throws what keeps it from that. */
export async function probeRuntime(threads: number): Promise<RuntimeProbe> {
  const { env } = await loadOnnxRuntime();
  return { version: env.versions.common, gigaflops: await productSpeed(threads) };
}

/** Rows and columns: 2 GFLOP a product. */
const SIZE = 1024;
/** The fastest counts: others may want the processor too. */
const RUNS = 5;

async function productSpeed(threads: number): Promise<number> {
  const graph = new Graph("product");
  const x = graph.input("x", "float32", [SIZE, SIZE]);
  graph.output("y", x.matmul(x));
  const session = await createSession(graph.build(), { threads });
  const inputs = { x: { dims: [SIZE, SIZE], data: new Float32Array(SIZE * SIZE).fill(1) } };
  const { y } = await session.run(inputs);
  if (y?.data[0] !== SIZE) throw new Error(`a row of ones times a column of ones is not ${SIZE}, but ${y?.data[0]}`);
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now();
    await session.run(inputs);
    times.push(performance.now() - start);
  }
  await session.release();
  return (2 * SIZE ** 3) / (1e6 * Math.min(...times));
}

/** A GPU that WebGPU reaches. */
export interface WebGpuProbe {
  /** By onnxruntime's kernel, or, where that comes out wrong on it, by matrix products and a softmax. */
  readonly attention: "fused" | "decomposed";
  readonly faster: Device;
  /** Why it computes in float32 alone; undefined where it knows float16. */
  readonly float32Alone: string | undefined;
}

/** Computes each form of attention on the WebGPU adapter; throws why it cannot be used. Its driver may end the process. */
export async function probeWebGpu(threads: number): Promise<WebGpuProbe> {
  const { target, half } = await chooseTarget("webgpu", threads);
  const float32Alone = "missing" in half ? half.missing : undefined;
  return { attention: target.attention, faster: await fasterDevice(threads), float32Alone };
}
