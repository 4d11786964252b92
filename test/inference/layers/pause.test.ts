import { describe, expect, it } from "vitest";
import { pauseAfter } from "../../../inference/layers/pause.ts";
import { partsBuilder, networkBuilder } from "../../../inference/models/network-builder.ts";
import { Graph } from "../../../inference/onnx/graph.ts";
import { gelu } from "../../../inference/onnx/activations.ts";
import { openEncoder } from "../../../inference/runtime/open-encoder.ts";
import { float32 } from "../../../inference/tensor.ts";

const LAYERS = 5;

/** States so many that two layers of this width would be some work together; these layers are less than such. */
function tower(rows: number | string): (graph: Graph) => void {
  return (graph) => {
    let x = graph.input("x", "float32", ["batch", rows, 64]);
    for (let index = 0; index < LAYERS; index++) {
      x = x.add(gelu(x.mul(0.5)));
      pauseAfter(x, { index, layers: LAYERS });
    }
    graph.output("y", x);
  };
}

describe("a network that may rest between layers", () => {
  it("does after as many as are some work together, and computes what it would in one", async () => {
    const x = float32(
      [1, 4097, 64],
      Float32Array.from({ length: 4097 * 64 }, (_, i) => Math.sin(i)),
    );
    const builds = [partsBuilder("tower", tower(4097)), networkBuilder("tower", tower(4097))] as const;
    const inParts = await openEncoder({ name: "vision", cached: true, build: builds[0] }, { threads: 1 });
    const inOne = await openEncoder({ name: "vision", cached: true, build: () => [builds[1]()] }, { threads: 1 });
    const pass = inParts.begin({ x });
    expect([await pass.next(), await pass.next()]).toEqual(["paused", "paused"]);
    expect(await pass.next()).toEqual(await inOne.run({ x }));
  });

  it.each([
    ["is little work in all", tower(577), undefined],
    ["has no known number of rows", tower("rows"), undefined],
    [
      "runs on a GPU",
      tower(4097),
      { device: "webgpu", dtype: "float32", attention: "fused", products: "blocks", cache: "float32" } as const,
    ],
  ])("does not where it %s", (_, write, target) => {
    const graph = new Graph("tower", target);
    write(graph);
    expect(graph.buildParts()).toHaveLength(1);
  });

  it("says what would be lacking where more than the states is needed afterwards", () => {
    const graph = new Graph("tower");
    const x = graph.input("x", "float32", ["n"]);
    const [doubled, halved] = [x.mul(2), x.mul(0.5)];
    graph.cut(doubled);
    graph.output("sum", doubled.add(halved));
    expect(() => graph.buildParts()).toThrow(/tower: cut before x\/Add_2, it would lack x\/Mul_1/);
  });
});
