import { type GraphProto, type NodeProto, type ValueInfoProto, valuesRead } from "./model-proto.ts";

/** A place where a graph is cut: before a node, and the only value that those from there on need of those before. */
export interface Cut {
  /** The number of nodes before it. */
  readonly at: number;
  readonly value: ValueInfoProto;
}

/**
 * A graph as parts to be run one after the other: each takes inputs of the graph and the value of the cut before it, and
 * gives outputs of the graph and the value of the next cut. Throws an Error where other values cross a cut.
 */
export function cutGraph(graph: GraphProto, cuts: readonly Cut[]): GraphProto[] {
  const ends = [...cuts.map(({ at }) => at), graph.nodes.length];
  return ends.map((end, part) => partOf(graph, cuts, { part, start: part === 0 ? 0 : ends[part - 1]!, end }));
}

interface Range {
  readonly part: number;
  readonly start: number;
  readonly end: number;
}

function partOf(graph: GraphProto, cuts: readonly Cut[], { part, start, end }: Range): GraphProto {
  const nodes = graph.nodes.slice(start, end);
  const made = new Set(nodes.flatMap(({ outputs }) => outputs));
  const needed = new Set(nodes.flatMap(valuesRead).filter((name) => !made.has(name)));
  const given = [...graph.inputs, ...cuts.slice(part - 1, part).map(({ value }) => value)];
  const inputs = given.filter(({ name }) => needed.has(name));
  const initializers = graph.initializers.filter(({ name }) => needed.has(name));
  requireAll(graph, needed, new Set([...inputs, ...initializers].map(({ name }) => name)), nodes[0]);
  const wanted = [...graph.outputs, ...cuts.slice(part, part + 1).map(({ value }) => value)];
  const outputs = wanted.filter(({ name }) => made.has(name));
  return { name: `${graph.name}, part ${part + 1} of ${cuts.length + 1}`, nodes, inputs, outputs, initializers };
}

function requireAll(
  { name }: GraphProto,
  needed: ReadonlySet<string>,
  there: ReadonlySet<string>,
  first: NodeProto | undefined,
): void {
  const missing = [...needed].filter((value) => !there.has(value));
  if (missing.length === 0) return;
  throw new Error(`${name}: cut before ${first?.name}, it would lack ${missing.join(", ")}`);
}
