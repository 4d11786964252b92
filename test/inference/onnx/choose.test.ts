import { describe, expect, it } from "vitest";
import { openCheckpoint } from "../../../inference/checkpoint/checkpoint.ts";
import { choose } from "../../../inference/onnx/choose.ts";
import { Graph } from "../../../inference/onnx/graph.ts";
import { lengthOf } from "../../../inference/onnx/lengths.ts";
import { ShapeError } from "../../../inference/onnx/shape.ts";
import type { Tensor } from "../../../inference/onnx/tensor.ts";
import { createSession } from "../../../inference/runtime/session.ts";
import { folderWith } from "../checkpoint/folder.ts";
import { safetensors } from "../checkpoint/safetensors-writer.ts";

/** A graph of x [rows, 2], and whether it has any row. */
function graphOfRows() {
  const graph = new Graph("test");
  const x = graph.input("x", "float32", ["rows", 2]);
  return { graph, x, hasRows: lengthOf(x, 0).cast("bool") };
}

async function run(graph: Graph, rows: number) {
  const session = await createSession(graph.build(), { threads: 1 });
  const data = Float32Array.from({ length: 2 * rows }, (_, i) => i);
  const outputs = await session.run({ x: { dims: [rows, 2], data } });
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, [...data].map(Number)]));
}

describe("a choice", () => {
  it("computes the way that its condition says, of what is there before, and goes on with it", async () => {
    const { graph, x, hasRows } = graphOfRows();
    const [chosen, sum] = choose(
      hasRows,
      () => [x.mul(10), x.add(1)],
      () => [x, graph.float32([1, 2], [7, 8])],
    );
    graph.output("chosen", chosen);
    graph.output("sum", sum.mul(2));
    expect(await run(graph, 2)).toEqual({ chosen: [0, 10, 20, 30], sum: [2, 4, 6, 8] });
    expect(await run(graph, 0)).toEqual({ chosen: [], sum: [14, 16] });
  });

  it("may stand in another", async () => {
    const { graph, x, hasRows } = graphOfRows();
    const hasTwo = lengthOf(x, 0)
      .sub(graph.int64([1], [1]))
      .cast("bool");
    const inner = () =>
      choose(
        hasTwo,
        () => [x.add(100)],
        () => [x.add(200)],
      );
    graph.output("y", choose(hasRows, inner, () => [x])[0]);
    expect(await run(graph, 1)).toEqual({ y: [200, 201] });
    expect(await run(graph, 2)).toEqual({ y: [100, 101, 102, 103] });
    expect(await run(graph, 0)).toEqual({ y: [] });
  });

  it("widens a weight for both ways and for what comes after", async () => {
    const half = { dtype: "BF16", shape: [2], data: new Uint8Array(Uint16Array.of(0x3f80, 0xc000).buffer) };
    const w = openCheckpoint(folderWith({ "model.safetensors": safetensors({ half }) })).weights.tensor("half");
    const { graph, x, hasRows } = graphOfRows();
    graph.output(
      "y",
      choose(
        hasRows,
        () => [x.mul(w)],
        () => [x.add(w)],
      )[0].add(w),
    );
    expect(await run(graph, 1)).toEqual({ y: [1, -4] });
  });

  it("reads values that are given out under other names", async () => {
    const { graph, x, hasRows } = graphOfRows();
    const before = x.add(1);
    graph.output("before", before);
    graph.output(
      "y",
      choose(
        hasRows,
        () => [before.mul(2)],
        () => [x],
      )[0],
    );
    expect(await run(graph, 1)).toEqual({ before: [1, 2], y: [2, 4] });
  });

  it("is given what its ways read, also where the graph is cut before it", async () => {
    const graph = new Graph("test");
    const before = graph.input("x", "float32", ["rows", 2]).mul(2);
    graph.cut(before);
    const later = graph.input("later", "float32", [1, 2]);
    const condition = lengthOf(before, 0).cast("bool");
    graph.output(
      "y",
      choose(
        condition,
        () => [before.add(later)],
        () => [before],
      )[0],
    );
    const [, second] = graph.buildParts();
    const session = await createSession(second!, { threads: 1 });
    expect(session.inputNames.toSorted()).toEqual([before.name, "later"].toSorted());
    const rows = { dims: [1, 2], data: Float32Array.of(1, 2) };
    const { y } = await session.run({ [before.name]: rows, later: rows });
    expect([...y!.data]).toEqual([2, 4]);
  });

  it("refuses ways that give something else", () => {
    const { graph, x, hasRows } = graphOfRows();
    const twoWays = (a: () => Tensor[], b: () => Tensor[]) => () => choose(hasRows, a, b);
    expect(
      twoWays(
        () => [x],
        () => [x, x],
      ),
    ).toThrow(ShapeError);
    expect(
      twoWays(
        () => [x],
        () => [x.cast("float16")],
      ),
    ).toThrow(ShapeError);
    expect(
      twoWays(
        () => [x],
        () => [graph.float32([2], [1, 2])],
      ),
    ).toThrow(/^either .*\[rows, 2\] or .*\[2\]$/);
  });

  it("leaves the graph as it was where a way cannot be written", async () => {
    const { graph, x, hasRows } = graphOfRows();
    const fails = () =>
      choose(
        hasRows,
        () => [x.reshape([3])],
        () => [x],
      );
    expect(fails).toThrow(ShapeError);
    graph.output("y", x.add(1));
    expect(await run(graph, 1)).toEqual({ y: [1, 2] });
  });
});

describe("lengths", () => {
  it("are read once, by the names that inputs have for them", async () => {
    const { graph, x, hasRows } = graphOfRows();
    const told = () => graph.lengths(["rows", 2, -1])!;
    const [inBranch] = choose(
      hasRows,
      () => [told().add(told())],
      () => [told()],
    );
    graph.output("y", inBranch.add(told()));
    expect(await run(graph, 3)).toEqual({ y: [9, 6, -3] });
    expect(told()).toBe(told());
    expect(graph.lengths(["unknown"])).toBeUndefined();
    expect(graph.lengths(x.shape)).toBe(graph.lengths(["rows", 2]));
  });
});
