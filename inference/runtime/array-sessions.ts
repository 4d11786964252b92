import type { BuiltGraph } from "../onnx/graph.ts";
import { Graph } from "../onnx/graph.ts";
import { slice } from "../onnx/operators.ts";
import type { FloatType } from "../onnx/target.ts";
import type { Tensor as Value } from "../onnx/tensor.ts";
import { together } from "../onnx/together.ts";
import { int64, type Tensor } from "../tensor.ts";
import { inPlaceSession, residentSession } from "./resident-session.ts";
import type { ResidentTensor } from "./resident-tensor.ts";

/** Arrays [slots, heads, rows, headDim], as many as `count`. */
export interface ArraysShape {
  readonly dtype: FloatType;
  readonly count: number;
  readonly heads: number;
  readonly headDim: number;
}

/** What is done with arrays on a WebGPU device; all of them at once, for each run costs a round trip. */
export interface ArraySessions {
  readonly copy: (arrays: readonly Tensor[]) => Promise<ResidentTensor[]>;
  /** Writes rows, several arrays' [several, written, headDim], where int64 [written, 3] says, by slot, head and row. */
  readonly write: (arrays: readonly ResidentTensor[], places: Tensor, rows: readonly Tensor[]) => Promise<void>;
  /** Copies of the slots from `first` up to `end`. */
  readonly cut: (arrays: readonly ResidentTensor[], first: number, end: number) => Promise<ResidentTensor[]>;
}

export async function openArraySessions(shape: ArraysShape): Promise<ArraySessions> {
  const copy = await residentSession(copies(shape));
  const write = await inPlaceSession(writes(shape));
  const cut = await residentSession(cuts(shape));
  return {
    copy: async (arrays) => ordered(await copy(numbered("x", arrays))),
    write: (arrays, places, rows) =>
      write({ ...numbered("x", arrays), ...numbered("rows", rows), places }, numbered("y", arrays)),
    cut: async (arrays, first, end) =>
      ordered(await cut({ ...numbered("x", arrays), first: int64([first]), end: int64([end]) })),
  };
}

function copies(shape: ArraysShape): BuiltGraph {
  return graphOf(shape, () => (x) => x);
}

function writes(shape: ArraysShape): BuiltGraph {
  return graphOf(shape, (graph) => {
    const places = graph.input("places", "int64", ["written", 3]);
    const arrays = Array.from({ length: shape.count }, (_, i) => i);
    const rows = together(arrays).flatMap((several, i) => {
      const all = graph.input(`rows.${i}`, shape.dtype, [several.length, "written", shape.headDim]);
      return several.map((_, line) => all.select(0, line));
    });
    return (x, i) => graph.emit({ op: "ScatterND", inputs: [x, places, rows[i]!], shape: x.shape });
  });
}

function cuts(shape: ArraysShape): BuiltGraph {
  return graphOf(shape, (graph) => {
    const [from, to] = [graph.input("first", "int64", [1]), graph.input("end", "int64", [1])];
    return (x) => slice(x, 0, { from, to, length: "batch" });
  });
}

/** x.N → y.N */
function graphOf(
  { dtype, count, heads, headDim }: ArraysShape,
  shared: (graph: Graph) => (x: Value, i: number) => Value,
): BuiltGraph {
  const graph = new Graph("arrays", {
    device: "webgpu",
    dtype,
    attention: "decomposed",
    products: "blocks",
    cache: dtype,
  });
  const each = shared(graph);
  for (let i = 0; i < count; i++) {
    graph.output(`y.${i}`, each(graph.input(`x.${i}`, dtype, ["slots", heads, "rows", headDim]), i), dtype);
  }
  return graph.build();
}

function numbered<T>(name: string, values: readonly T[]): Record<string, T> {
  return Object.fromEntries(values.map((value, i) => [`${name}.${i}`, value]));
}

function ordered(results: Readonly<Record<string, ResidentTensor>>): ResidentTensor[] {
  return Object.keys(results).map((_, i) => results[`y.${i}`]!);
}
