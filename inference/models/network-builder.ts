import { Graph } from "../onnx/graph.ts";
import { CPU, type Target } from "../onnx/target.ts";
import type { BuildNetwork, BuildParts } from "./model.ts";

type Write = (graph: Graph) => void;

/** Builds for the CPU at once, so that a checkpoint that does not fit fails while it is opened; for other targets when asked. */
export function networkBuilder(name: string, write: Write): BuildNetwork {
  return builder(name, write, (graph) => graph.build());
}

/** The same of a network that is run in parts where its graph is cut. */
export function partsBuilder(name: string, write: Write): BuildParts {
  return builder(name, write, (graph) => graph.buildParts());
}

function builder<T>(name: string, write: Write, finish: (graph: Graph) => T): (target?: Target) => T {
  const build = (target?: Target): T => {
    const graph = new Graph(name, target);
    write(graph);
    return finish(graph);
  };
  const onCpu = build();
  return (target = CPU) => (isUsual(target) ? onCpu : build(target));
}

function isUsual({ device, dtype, products, cache, mixes = false }: Target): boolean {
  const isExact = dtype === CPU.dtype && cache === CPU.cache;
  return device === CPU.device && products === CPU.products && isExact && !mixes;
}
