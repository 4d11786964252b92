import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openNetworks } from "../../../inference/models/open-networks.ts";
import { Graph } from "../../../inference/onnx/graph.ts";
import { CPU } from "../../../inference/onnx/target.ts";
import { ModelRunner } from "../../../inference/runtime/model-runner.ts";
import { createSession } from "../../../inference/runtime/session.ts";
import { heldByPass } from "../../../inference/runtime/warm-up.ts";
import { golden } from "../../support/tiny-inference.ts";

const cache = mkdtempSync(join(tmpdir(), "triptych-"));
afterAll(() => rmSync(cache, { recursive: true }));

/** Tiny checkpoints of every kind: towers, language models, tiles. */
const folders = ["blip", "blip-2", "llava"].flatMap((family) => {
  const inside = readdirSync(join(golden, family), { withFileTypes: true, recursive: true });
  return inside.filter(({ name }) => name === "config.json").map(({ parentPath }) => relative(golden, parentPath));
});

describe("a warm-up", () => {
  it.each(folders)("runs every network of %s on zeros, and tells how much memory that took", async (folder) => {
    const runner = new ModelRunner();
    const networks = await openNetworks(join(golden, folder), { dtype: "float32", cache });
    await runner.load("model", networks, { threads: 1 });
    const steps = runner.warmUpSteps("model", 16);
    expect(steps).toHaveLength(networks.encoders.length + (networks.decoder === undefined ? 0 : 1));
    for (const step of steps) expect(await step()).toSatisfy(isSize);
  });

  it("feeds a cache of halves too", async () => {
    const runner = new ModelRunner();
    const networks = await openNetworks(join(golden, "llava/clip-llama"), { dtype: "int8", cache });
    await runner.load("model", networks, { threads: 1, target: { ...CPU, cache: "float16" } });
    for (const step of runner.warmUpSteps("model", 16)) expect(await step()).toSatisfy(isSize);
  });

  it.runIf(process.platform === "linux")("sees what a pass has held at once", async () => {
    const graph = new Graph("wide");
    const x = graph.input("x", "float32", ["rows", 1]);
    // rows × rows at a time, and again; of the result, no more than a number for each row.
    const wide = x.matmul(x.reshape([1, "rows"]));
    graph.output("y", wide.add(1).mul(wide).matmul(x));
    const session = await createSession(graph.build(), { threads: 1 });
    const rows = 4096;
    expect(await heldByPass(session, { rows })).toBeGreaterThan(rows * rows * 4);
    // It was given back since, and one of fewer rows holds less.
    expect(await heldByPass(session, { rows: rows / 4 })).toBeLessThan(rows * rows * 4);
  });
});

function isSize(bytes: number | undefined): boolean {
  return process.platform === "linux" ? bytes !== undefined && bytes >= 0 : bytes === undefined;
}
