import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { conversationScores, readConversations } from "../../bench/demo-conversations.ts";
import { answerScores, captionScores, readScenes, type Scene } from "../../bench/demo-scores.ts";
import type { InferenceClient } from "../../inference/index.ts";
import { startTinyInference } from "../support/tiny-inference.ts";

const checkpoints = join(import.meta.dirname, "../../checkpoints");
const [llava, opt] = ["demo-llava", "demo-blip2-opt"] as const;
const models = [llava, opt].map((name) => ({ name, folder: join(checkpoints, name) }));

/** What LLaVA must reach on held-out scenes, and BLIP-2 in conversations, by this engine. The model card has the figures. */
describe("the demo checkpoints that converse on held-out scenes", () => {
  let inference: InferenceClient;
  let scenes: Scene[];
  const conversations = readConversations();
  beforeAll(async () => {
    scenes = await readScenes();
    inference = startTinyInference({ models, timeoutMs: 120_000 });
    await inference.ready();
  });
  afterAll(() => inference.close());

  it("has a conversation on each scene", () => expect(conversations).toHaveLength(scenes.length));

  it("LLaVA captions: right set of objects and background ≥ 95 %", { timeout: 120_000 }, async () => {
    const scores = await captionScores(inference, llava, scenes.slice(0, 200));
    console.info("LLaVA captions", scores);
    expect(scores.set).toBeGreaterThanOrEqual(0.95);
  });

  it("LLaVA short answers ≥ 95 %", { timeout: 120_000 }, async () => {
    const scores = await answerScores(inference, llava, scenes.slice(0, 100));
    console.info("LLaVA answers", scores);
    expect(scores.all).toBeGreaterThanOrEqual(0.95);
  });

  it("LLaVA conversations: first turns ≥ 95 %, later ones ≥ 95 %", { timeout: 240_000 }, async () => {
    const { first, later } = await conversationScores(inference, llava, scenes, conversations);
    console.info("LLaVA conversations", first, later);
    expect(first.all).toBeGreaterThanOrEqual(0.95);
    expect(later.all).toBeGreaterThanOrEqual(0.95);
  });

  it("BLIP-2 conversations: first turns ≥ 97 %, later ones ≥ 97 %", { timeout: 120_000 }, async () => {
    const { first, later } = await conversationScores(inference, opt, scenes.slice(0, 200), conversations);
    console.info("BLIP-2 conversations", first, later);
    expect(first.all).toBeGreaterThanOrEqual(0.97);
    expect(later.all).toBeGreaterThanOrEqual(0.97);
  });
});
