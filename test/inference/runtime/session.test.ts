import { describe, expect, it } from "vitest";
import { Graph } from "../../../inference/onnx/graph.ts";
import { createSession } from "../../../inference/runtime/session.ts";

function sumAndProduct() {
  const graph = new Graph("test");
  const [a, b] = [graph.input("a", "float32", ["n"]), graph.input("b", "float32", ["n"])] as const;
  graph.output("sum", a.add(b));
  graph.output("product", a.mul(b));
  return createSession(graph.build(), { threads: 1 });
}

describe("a session", () => {
  it("knows its inputs and outputs, and fetches what is asked for", async () => {
    const session = await sumAndProduct();
    expect(session.inputNames).toEqual(["a", "b"]);
    expect(session.outputNames).toEqual(["sum", "product"]);
    const a = { dims: [2], data: Float32Array.of(2, 3) };
    expect(await session.run({ a, b: a }, ["product"])).toEqual({
      product: { dims: [2], data: Float32Array.of(4, 9) },
    });
  });

  it("reads views of larger arrays", async () => {
    const session = await sumAndProduct();
    const all = Float32Array.of(9, 2, 3, 4);
    const { sum } = await session.run({
      a: { dims: [2], data: all.subarray(1, 3) },
      b: { dims: [2], data: all.subarray(2) },
    });
    expect([...sum!.data]).toEqual([5, 7]);
  });

  it("says what the inputs were when a run fails", async () => {
    const session = await sumAndProduct();
    const run = session.run({
      a: { dims: [2], data: new Float32Array(2) },
      b: { dims: [3], data: new Float32Array(3) },
    });
    await expect(run).rejects.toThrow(/; inputs were a\[2\], b\[3\]$/);
  });

  it("keeps onnxruntime from reporting home", async () => {
    await sumAndProduct();
    expect(process.env.ORT_DISABLE_TELEMETRY).toBe("1");
  });
});
