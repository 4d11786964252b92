import type { BuiltNetwork } from "../models/model.ts";
import { ResidentTensor, type ResidentTensors } from "./resident-tensor.ts";
import { openSession, type Feeds } from "./session.ts";

/** Opens a graph for WebGPU whose results stay on the device, each in memory of its own. */
export async function residentSession(network: BuiltNetwork): Promise<(inputs: Feeds) => Promise<ResidentTensors>> {
  const session = await openSession(network, { threads: 1, device: "webgpu", results: "resident" });
  return async (inputs) => {
    const results = Object.entries(await session.run(inputs, session.outputNames));
    return Object.fromEntries(results.map(([name, value]) => [name, new ResidentTensor(value)]));
  };
}

/** Opens a graph for WebGPU that writes its results into tensors on the device, such as its own inputs. */
export async function inPlaceSession(
  network: BuiltNetwork,
): Promise<(inputs: Feeds, results: ResidentTensors) => Promise<void>> {
  const session = await openSession(network, { threads: 1, device: "webgpu" });
  return async (inputs, results) => {
    const places = Object.entries(results).map(([name, { value }]) => [name, value] as const);
    await session.run(inputs, Object.fromEntries(places));
  };
}
