import { describe, expect, it } from "vitest";
import { CallGraph } from "../../../inference/scheduling/call-graph.ts";
import { FeatureCache } from "../../../inference/scheduling/feature-cache.ts";
import { outputsOf, pair, vision } from "./fake-programs.ts";

const x = vision("m", "x");

describe("CallGraph", () => {
  it("lets a newcomer join a call under way whose asker has left", () => {
    const graph = newGraph();
    const first = graph.want(x, "first");
    const pass = graph.take("m/vision", 4);
    graph.release("first", [first]);
    expect(graph.want(x, "second")).toBe(first);
    graph.complete(pass, [outputsOf(x)]);
    expect(graph.readyNetworks()).toEqual([]);
    graph.release("second", [first]);
    expect(graph.size).toBe(0);
  });

  it("keeps the result of a call whose asker has left", () => {
    const graph = newGraph();
    const first = graph.want(x, "first");
    const pass = graph.take("m/vision", 4);
    graph.release("first", [first]);
    graph.complete(pass, [outputsOf(x)]);
    expect(graph.size).toBe(0);
    expect(graph.want(x, "second").outputs).toEqual(outputsOf(x));
  });

  it("makes a call ready once, though it reads another twice", () => {
    const graph = newGraph();
    const judged = graph.want(pair("m", "x", "t"), "a");
    graph.complete(graph.take("m/vision", 4), [outputsOf(x)]);
    graph.complete(graph.take("m/text", 4), [{}]);
    expect(graph.take("m/pair", 4)).toEqual([judged]);
  });

  it("keeps what a request's other calls read", () => {
    const graph = newGraph();
    const [picture, judged] = [graph.want(x, "a"), graph.want(pair("m", "x", "t"), "a")];
    graph.release("a", [judged], [picture]);
    expect(graph.readyNetworks()).toEqual(["m/vision"]);
    graph.release("a", [picture]);
    expect(graph.readyNetworks()).toEqual([]);
  });

  it("computes anew what failed", () => {
    const graph = newGraph();
    const failed = graph.want(x, "a");
    graph.discard(graph.take("m/vision", 4));
    graph.release("a", [failed]);
    expect(graph.want(x, "b")).not.toBe(failed);
    expect(graph.readyNetworks()).toEqual(["m/vision"]);
  });
});

function newGraph(): CallGraph {
  return new CallGraph({ cache: new FeatureCache(1000), isCached: (network) => network === "m/vision" });
}
