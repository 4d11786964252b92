import { describe, expect, it } from "vitest";
import type { EncoderNetwork } from "../../../inference/models/model.ts";
import { networkBuilder } from "../../../inference/models/network-builder.ts";
import type { Graph } from "../../../inference/onnx/graph.ts";
import { openEncoder } from "../../../inference/runtime/open-encoder.ts";
import { createSession, type Session } from "../../../inference/runtime/session.ts";
import { float32 } from "../../../inference/tensor.ts";

const x = float32([2], Float32Array.of(3, -4));

/** Gives `output`, which is x times a factor. */
const times = (output: string, factor: number) => (graph: Graph) => {
  graph.output(output, graph.input("x", "float32", ["n"]).mul(factor), "float32");
};

function network(...parts: readonly ((graph: Graph) => void)[]): EncoderNetwork {
  return { name: "some", cached: false, parts: parts.map((write) => networkBuilder("part", write)) };
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
});
