import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerScores, captionScores, readScenes, retrievalScores, type Scene } from "../../bench/demo-scores.ts";
import type { InferenceClient } from "../../inference/index.ts";
import { startTinyInference } from "../support/tiny-inference.ts";

const checkpoints = join(import.meta.dirname, "../../checkpoints");
const models = ["demo-blip-caption", "demo-blip-vqa", "demo-blip-retrieval"].map((name) => ({
  name,
  folder: join(checkpoints, name),
}));

/** What the demo checkpoints must reach on the 500 held-out scenes, by this engine. The model card has the figures. */
describe("the demo checkpoints on held-out scenes", () => {
  let inference: InferenceClient;
  let scenes: Scene[];
  beforeAll(async () => {
    scenes = await readScenes();
    inference = startTinyInference({ models, timeoutMs: 120_000 });
    await inference.ready();
  });
  afterAll(() => inference.close());

  it("has 500 of them", () => expect(scenes).toHaveLength(500));

  it("captions: right set of objects and background ≥ 98 %, exact ≥ 90 %", { timeout: 120_000 }, async () => {
    const scores = await captionScores(inference, "demo-blip-caption", scenes);
    console.info("captions", scores);
    expect(scores.set).toBeGreaterThanOrEqual(0.98);
    expect(scores.exact).toBeGreaterThanOrEqual(0.9);
  });

  it("answers ≥ 92 %", { timeout: 240_000 }, async () => {
    const scores = await answerScores(inference, "demo-blip-vqa", scenes);
    console.info("answers", scores);
    expect(scores.all).toBeGreaterThanOrEqual(0.92);
  });

  it("text → image: first of 100 after re-ranking ≥ 80 %", { timeout: 300_000 }, async () => {
    const scores = await retrievalScores(inference, "demo-blip-retrieval", scenes);
    console.info("retrieval", scores);
    expect(scores["r@1"]).toBeGreaterThanOrEqual(0.8);
  });
});
