import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerScores, captionScores, readScenes, retrievalScores, type Scene } from "../../bench/demo-scores.ts";
import type { InferenceClient } from "../../inference/index.ts";
import { startTinyInference } from "../support/tiny-inference.ts";

const checkpoints = join(import.meta.dirname, "../../checkpoints");
const [opt, itm] = ["demo-blip2-opt", "demo-blip2-itm"] as const;
const models = [opt, itm].map((name) => ({ name, folder: join(checkpoints, name) }));

/** What the BLIP-2 checkpoints must reach on held-out scenes, by this engine. The model card has the figures. */
describe("the BLIP-2 demo checkpoints on held-out scenes", () => {
  let inference: InferenceClient;
  let scenes: Scene[];
  beforeAll(async () => {
    scenes = await readScenes();
    inference = startTinyInference({ models, timeoutMs: 120_000 });
    await inference.ready();
  });
  afterAll(() => inference.close());

  it("captions: right set of objects and background ≥ 97 %", { timeout: 120_000 }, async () => {
    const scores = await captionScores(inference, opt, scenes);
    console.info("BLIP-2 captions", scores);
    expect(scores.set).toBeGreaterThanOrEqual(0.97);
  });

  it("answers ≥ 97 %", { timeout: 120_000 }, async () => {
    const scores = await answerScores(inference, opt, scenes.slice(0, 200));
    console.info("BLIP-2 answers", scores);
    expect(scores.all).toBeGreaterThanOrEqual(0.97);
  });

  it("text → image: first of 100 after re-ranking ≥ 95 %", { timeout: 240_000 }, async () => {
    const scores = await retrievalScores(inference, itm, scenes.slice(0, 200));
    console.info("BLIP-2 retrieval", scores);
    expect(scores["r@1"]).toBeGreaterThanOrEqual(0.95);
  });
});
