import { describe, expect, it } from "vitest";
import { openCheckpoint } from "../../../inference/checkpoint/checkpoint.ts";
import { Graph } from "../../../inference/onnx/graph.ts";
import { layerNormalization } from "../../../inference/onnx/normalization.ts";
import { concat, expand, patchConvolution } from "../../../inference/onnx/operators.ts";
import { splitRows } from "../../../inference/onnx/stored-tensor.ts";
import { ShapeError } from "../../../inference/onnx/shape.ts";
import { createSession } from "../../../inference/runtime/session.ts";
import { folderWith } from "../checkpoint/folder.ts";
import { float32, safetensors, type TensorToWrite } from "../checkpoint/safetensors-writer.ts";

const matrix = { ...float32(1, 2, 3, 4, 5, 6), shape: [3, 2] };

function weightsOf(tensors: Record<string, TensorToWrite>) {
  return openCheckpoint(folderWith({ "model.safetensors": safetensors(tensors) })).weights;
}

async function run(graph: Graph, x: readonly number[], dims: readonly number[]) {
  const session = await createSession(graph.build(), { threads: 1 });
  const { y } = await session.run({ x: { dims, data: Float32Array.from(x) } });
  return { dims: y!.dims, values: [...y!.data] };
}

describe("a graph", () => {
  it("reads a weight where it lies in the checkpoint", async () => {
    const w = weightsOf({ other: float32(9), matrix });
    const graph = new Graph("test");
    graph.output("y", graph.input("x", "float32", ["batch", 2]).matmulTransposed(w.tensor("matrix")));
    expect(graph.build().bytes.length).toBeLessThan(500);
    expect(await run(graph, [1, 1, 0, 2], [2, 2])).toEqual({ dims: [2, 3], values: [3, 7, 11, 4, 8, 12] });
  });

  it("reads the parts of a weight", async () => {
    const [, second] = splitRows(weightsOf({ matrix }).tensor("matrix"), 3);
    const graph = new Graph("test");
    graph.output("y", graph.input("x", "float32", ["batch", 2]).matmulTransposed(second!));
    expect(await run(graph, [1, 1], [1, 2])).toEqual({ dims: [1, 1], values: [7] });
    expect(() => splitRows(weightsOf({ matrix }).tensor("matrix"), 2)).toThrow("matrix[3, 2] has no 2 equal parts");
  });

  it.each([
    ["F16", Uint16Array.of(0x3c00, 0xc000)],
    ["BF16", Uint16Array.of(0x3f80, 0xc000)],
    ["F64", Float64Array.of(1, -2)],
  ])("widens %s weights to float32", async (dtype, values) => {
    const w = weightsOf({ narrow: { dtype, shape: [2], data: new Uint8Array(values.buffer) } });
    const graph = new Graph("test");
    graph.output("y", graph.input("x", "float32", ["batch", 2]).mul(w.tensor("narrow")));
    expect(await run(graph, [3, 4], [1, 2])).toEqual({ dims: [1, 2], values: [3, -8] });
  });

  it("refuses weights that are no floats it knows", () => {
    const w = weightsOf({ bytes: { dtype: "U8", shape: [1], data: Uint8Array.of(1) }, matrix });
    expect(() => new Graph("test").value(w.tensor("bytes"))).toThrow(
      /model.safetensors: tensor "bytes": is U8 where the model expects floats/,
    );
  });

  it("refuses weights of two folders", () => {
    const graph = new Graph("test");
    for (const name of ["a", "b"]) graph.value(weightsOf({ [name]: matrix }).tensor(name));
    expect(() => graph.build()).toThrow(/^test: all weights must lie in one folder, found .*, /);
  });

  it("makes an input an output", async () => {
    const graph = new Graph("test");
    graph.output("y", graph.input("x", "float32", ["batch"]));
    expect(await run(graph, [1, 2], [2])).toEqual({ dims: [2], values: [1, 2] });
    expect(graph.build().folder).toBeUndefined();
  });

  it("gives one value out under several names, and goes on with it", async () => {
    const graph = new Graph("test");
    const sum = graph.input("x", "float32", ["batch"]).add(1);
    for (const name of ["first", "second"]) graph.output(name, sum);
    graph.output("y", sum.mul(2));
    const session = await createSession(graph.build(), { threads: 1 });
    const outputs = await session.run({ x: { dims: [2], data: Float32Array.of(1, 2) } });
    const values = ["first", "second", "y"].map((name) => [...outputs[name]!.data]);
    expect(values).toEqual([
      [2, 3],
      [2, 3],
      [4, 6],
    ]);
  });

  it("refuses values of another graph", () => {
    const [x, y] = ["one", "two"].map((name) => new Graph(name).input("x", "float32", ["batch"]));
    expect(() => x!.add(y!)).toThrow("one: x is a value of the graph two");
  });

  it("names values after the weight they came from", () => {
    const w = weightsOf({ "mlp.fc1.weight": matrix, "mlp.fc1.bias": float32(1, 2, 3) });
    const x = new Graph("test").input("x", "float32", ["batch", 2]);
    const y = x.matmulTransposed(w.tensor("mlp.fc1.weight"));
    expect(y.name).toBe("mlp.fc1.weight/FusedMatMul_0");
    expect(y.add(w.tensor("mlp.fc1.bias")).softmax().name).toBe("mlp.fc1.bias/Softmax_2");
  });
});

describe("operators", () => {
  const graph = new Graph("test");
  const x = graph.input("x", "float32", ["batch", 5, 16]);
  const other = graph.input("other", "float32", ["batch", 5, 17]);

  it.each<[string, () => unknown]>([
    ["Add of x[batch, 5, 16] and other[batch, 5, 17]", () => x.add(other)],
    ["x[batch, 5, 16] × other[batch, 5, 17]", () => x.matmul(other)],
    ["x[batch, 5, 16] × transposed other[batch, 5, 17]", () => x.matmulTransposed(other)],
    ["x[batch, 5, 16] does not reshape to [batch, 5, 4, 5]", () => x.reshape(["batch", 5, 4, 5])],
    ["x[batch, 5, 16] does not reshape to [5, 16]", () => x.reshape([5, 16])],
    ["x[batch, 5, 16] does not split into 3 equal parts", () => x.split(3)],
    ["x[batch, 5, 16] has no axis 3", () => x.transpose([0, 1, 2, 3])],
    ["concatenation of x[batch, 5, 16] and other[batch, 5, 17] along axis 1", () => concat([x, other], 1)],
    ["x[batch, 5, 16] does not expand to [batch, 6, 16]", () => expand(x, ["batch", 6, 16], x)],
    ["layer norm of x[batch, 5, 16] by other[batch, 5, 17]", () => layerNormalization(x, other, other, 1e-5)],
    ["x[batch, 5, 16] is not a picture or kernel of known height and width", () => patchConvolution(x, other)],
  ])("say when shapes do not fit: %s", (message, build) => {
    expect(build).toThrow(ShapeError);
    expect(build).toThrow(message);
  });

  it("say when types do not fit", () => {
    const ids = graph.input("ids", "int64", ["batch", 5, 16]);
    expect(() => x.add(ids)).toThrow("Add of x[batch, 5, 16] and ids[batch, 5, 16]");
  });
});
