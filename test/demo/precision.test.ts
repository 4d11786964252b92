import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { conversationScores, readConversations } from "../../bench/demo-conversations.ts";
import { answerScores, captionScores, inParallel, readScenes, type Scene } from "../../bench/demo-scores.ts";
import { servedDtypes, type InferenceClient, type ServedDtype } from "../../inference/index.ts";
import { startTinyInference } from "../support/tiny-inference.ts";

const checkpoints = join(import.meta.dirname, "../../checkpoints");
const names = ["blip-caption", "blip-vqa", "blip-retrieval", "blip2-opt", "blip2-itm", "llava"].map(
  (name) => `demo-${name}`,
);
const served = (name: string, dtype: ServedDtype): string => `${name} ${dtype}`;
const models = names.flatMap((name) =>
  servedDtypes.map((dtype) => ({ name: served(name, dtype), folder: join(checkpoints, name), dtype })),
);

/** How much lower than in float32 a share of right answers may be. */
const LOSS = { int8: 0.01, int4: 0.03 } as const;
const quantisedDtypes = ["int8", "int4"] as const;

/** What quantising may cost the demo checkpoints, on samples of the held-out scenes. The model card has the full figures. */
describe("the demo checkpoints, quantised", () => {
  const weightCache = mkdtempSync(join(tmpdir(), "weights-"));
  let inference: InferenceClient;
  let scenes: Scene[];
  beforeAll(async () => {
    scenes = await readScenes(100);
    inference = startTinyInference({ models, weightCache, timeoutMs: 120_000 });
    await inference.ready();
  });
  afterAll(async () => {
    await inference.close();
    rmSync(weightCache, { recursive: true });
  });

  /** Expects a score to be near enough to that of float32. */
  async function compare(name: string, score: (model: string) => Promise<number>): Promise<void> {
    const exact = await score(served(name, "float32"));
    for (const dtype of quantisedDtypes) {
      const share = await score(served(name, dtype));
      console.info(served(name, dtype), share, "float32", exact);
      expect(share, dtype).toBeGreaterThanOrEqual(exact - LOSS[dtype]);
    }
  }

  it("are served as what they are", () => {
    const quantised = inference.models().filter(({ name }) => !name.endsWith("float32"));
    expect(quantised).toHaveLength(2 * names.length);
    for (const { name, state, dtype } of quantised) expect([state, dtype]).toEqual(["READY", name.split(" ")[1]]);
  });

  it("caption as well", () =>
    compare(
      "demo-blip-caption",
      async (model) => (await captionScores(inference, model, scenes.slice(0, 100))).exact!,
    ));

  it("answer as well", () =>
    compare("demo-blip-vqa", async (model) => (await answerScores(inference, model, scenes.slice(0, 34))).all!));

  it.each(["demo-llava", "demo-blip2-opt"])("converse as well: %s", (name) =>
    compare(name, async (model) => {
      const { first, later } = await conversationScores(inference, model, scenes.slice(0, 34), readConversations());
      return (first.all! + 2 * later.all!) / 3;
    }),
  );

  it.each(["demo-blip-retrieval", "demo-blip2-itm"])("judge pairs as well: %s", (name) =>
    compare(name, async (model) => {
      const pairs = scenes.slice(0, 40).flatMap(({ picture }, i) => [0, 1].map((of) => ({ picture, i, of })));
      const judged = await inParallel(pairs, async ({ picture, i, of }) => {
        const text = scenes[i + of]!.caption;
        const { probability } = await inference.submit({ kind: "match", model, image: { bytes: picture }, text });
        return probability > 0.5 === (of === 0);
      });
      return judged.filter((right) => right).length / judged.length;
    }),
  );

  it.each(["demo-blip-retrieval", "demo-blip2-itm"])("embed nearly the same: %s", async (name) => {
    const texts = scenes.slice(0, 20).map(({ caption }) => caption);
    const embed = (dtype: ServedDtype) =>
      inParallel(texts, (text) => inference.submit({ kind: "embedText", model: served(name, dtype), text }));
    const exact = await embed("float32");
    for (const dtype of quantisedDtypes) {
      const cosines = (await embed(dtype)).map(({ embedding }, i) => dot(embedding, exact[i]!.embedding));
      console.info(served(name, dtype), "least cosine", Math.min(...cosines));
      expect(Math.min(...cosines)).toBeGreaterThan(dtype === "int8" ? 0.9995 : 0.97);
      expect(Math.min(...cosines)).toBeLessThan(1 - 1e-7);
    }
  });
});

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
