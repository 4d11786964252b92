import { Graph } from "../onnx/graph.ts";
import { CPU, type Target } from "../onnx/target.ts";
import type { BuildNetwork } from "./model.ts";

/** Builds for the CPU at once, so that a checkpoint that does not fit fails while it is opened; for other targets when asked. */
export function networkBuilder(name: string, write: (graph: Graph) => void): BuildNetwork {
  const build: BuildNetwork = (target) => {
    const graph = new Graph(name, target);
    write(graph);
    return graph.build();
  };
  const onCpu = build();
  return (target = CPU) => (isUsual(target) ? onCpu : build(target));
}

function isUsual({ device, dtype, cache }: Target): boolean {
  return device === CPU.device && dtype === CPU.dtype && cache === CPU.cache;
}
