import { describe, expect, it } from "vitest";
import type { EncoderNetwork } from "../../../inference/models/model.ts";
import { networkBuilder, partsBuilder } from "../../../inference/models/network-builder.ts";
import type { Graph } from "../../../inference/onnx/graph.ts";
import { openEncoder } from "../../../inference/runtime/open-encoder.ts";
import { createSession, type NamedTensors, type Session } from "../../../inference/runtime/session.ts";
import { float32 } from "../../../inference/tensor.ts";

const x = float32([2], Float32Array.of(3, -4));

/** Gives `output`, which is x times a factor. */
const times = (output: string, factor: number) => (graph: Graph) => {
  graph.output(output, graph.input("x", "float32", ["n"]).mul(factor), "float32");
};

function network(...parts: readonly ((graph: Graph) => void)[]): EncoderNetwork {
  const builds = parts.map((write) => networkBuilder("part", write));
  return { name: "some", cached: false, build: (target) => builds.map((build) => build(target)) };
}

describe("an encoder in parts", () => {
  it("gives what all of them give", async () => {
    const session = await openEncoder(network(times("once", 1), times("twice", 2), times("thrice", 3)), { threads: 1 });
    expect(session.inputNames).toEqual(["x"]);
    expect(session.outputNames).toEqual(["once", "twice", "thrice"]);
    const results = await session.run({ x });
    expect(Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, [...data]]))).toEqual({
      once: [3, -4],
      twice: [6, -8],
      thrice: [9, -12],
    });
    await session.release();
  });

  it("runs only those that give something that is wanted", async () => {
    const ran: string[] = [];
    const noticing: typeof createSession = async (built, options) => {
      const session = await createSession(built, options);
      const run: Session["run"] = (inputs, fetch) => {
        ran.push(...session.outputNames);
        return session.run(inputs, fetch);
      };
      return { ...session, run };
    };
    const session = await openEncoder(network(times("once", 1), times("twice", 2)), { threads: 1 }, noticing);
    expect(Object.keys(await session.run({ x }, ["twice"]))).toEqual(["twice"]);
    expect(ran).toEqual(["twice"]);
  });

  it("hands on what a part gives to those after it, and gives that to nobody else", async () => {
    const write = (graph: Graph): void => {
      const [x, bias] = [graph.input("x", "float32", ["n"]), graph.input("bias", "float32", ["n"])];
      const doubled = x.mul(2);
      graph.cut(doubled);
      const sum = doubled.add(bias);
      graph.output("sum", sum);
      graph.cut(sum);
      graph.output("square", sum.mul(sum));
    };
    const session = await openEncoder(
      { name: "some", cached: true, build: partsBuilder("some", write) },
      { threads: 1 },
    );
    expect([session.inputNames, session.outputNames]).toEqual([["x", "bias"], ["square"]]);
    const pass = session.begin({ x, bias: float32([2], Float32Array.of(1, 2)) });
    expect([await pass.next(), await pass.next()]).toEqual(["paused", "paused"]);
    const results = (await pass.next()) as NamedTensors;
    expect(Object.entries(results).map(([name, { data }]) => [name, [...data]])).toEqual([["square", [49, 36]]]);
  });
});
