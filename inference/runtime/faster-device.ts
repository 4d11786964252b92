import { Graph } from "../onnx/graph.ts";
import type { Device } from "../onnx/target.ts";
import { createSession } from "./session.ts";

/** Rows of a product, as many as columns: a small one, and one such as a tower makes of a picture (2 GFLOP). */
const [SMALL, USUAL] = [256, 1024];
/** An adapter so many times slower is made of software, and would take half a minute for the usual product. */
const HOPELESS = 100;

/** Which device multiplies matrices faster, with all that it takes to bring them there and back. */
export async function fasterDevice(threads: number): Promise<Device> {
  if ((await slowness(SMALL, threads)) > HOPELESS) return "cpu";
  return (await slowness(USUAL, threads)) < 1 ? "webgpu" : "cpu";
}

/** How many times as long WebGPU takes as the CPU. */
async function slowness(size: number, threads: number): Promise<number> {
  return (await timeOf("webgpu", size, threads)) / (await timeOf("cpu", size, threads));
}

/** Of the second run, in milliseconds; the first compiles. */
async function timeOf(device: Device, size: number, threads: number): Promise<number> {
  const graph = new Graph("product");
  const x = graph.input("x", "float32", [size, size]);
  graph.output("y", x.matmul(x));
  const session = await createSession(graph.build(), { threads, device });
  const inputs = { x: { dims: [size, size], data: new Float32Array(size * size).fill(1) } };
  await session.run(inputs);
  const start = performance.now();
  await session.run(inputs);
  const elapsed = performance.now() - start;
  await session.release();
  return elapsed;
}
