import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { converse, readConversations } from "../../bench/demo-conversations.ts";
import { golden, inParallel, readScenes, type Scene } from "../../bench/demo-scores.ts";
import type { InferenceClient } from "../../inference/index.ts";
import { startTinyInference } from "../support/tiny-inference.ts";

const checkpoints = join(import.meta.dirname, "../../checkpoints");
const names = { opt: "demo-blip2-opt", llava: "demo-llava", itm: "demo-blip2-itm" } as const;
const models = Object.values(names).map((name) => ({ name, folder: join(checkpoints, name) }));

interface Prediction {
  readonly caption: string;
  readonly answers: readonly string[];
}
interface Golden {
  /** Logits of "no" and "yes" for the first texts (rows) with the first pictures (columns). */
  readonly itmLogits: readonly (readonly (readonly [number, number])[])[];
  readonly itcSimilarities: readonly (readonly number[])[];
  readonly conversations: readonly Partial<Record<"opt" | "llava", Prediction>>[];
}

/** What transformers made of the first held-out scenes with the same files: AutoProcessor, chat template, generate(). */
describe("the demo checkpoints that talk", () => {
  const expected = JSON.parse(readFileSync(join(golden, "conversations.json"), "utf8")) as Golden;
  const conversations = readConversations();
  let inference: InferenceClient;
  let scenes: Scene[];
  beforeAll(async () => {
    scenes = await readScenes();
    inference = startTinyInference({ models, timeoutMs: 120_000 });
    await inference.ready();
  });
  afterAll(() => inference.close());

  it.each(["opt", "llava"] as const)("%s captions and answers as with transformers", async (family) => {
    const predicted = expected.conversations.flatMap((one, i) => (one[family] ? [{ i, ...one[family] }] : []));
    expect(predicted.length).toBeGreaterThanOrEqual(30);
    const model = names[family];
    const said = await inParallel(predicted, async ({ i }) => {
      const { picture } = scenes[i]!;
      const caption = await inference.submit({ kind: "caption", model, image: { bytes: picture }, options: {} });
      const replies = await converse(inference, model, picture, conversations[i]!);
      return { i, caption: caption.text, answers: replies.map(({ reply }) => reply) };
    });
    expect(said).toEqual(predicted.map(({ i, caption, answers }) => ({ i, caption, answers })));
  });

  it("matches as with transformers", async () => {
    const model = names.itm;
    const pairs = expected.itmLogits.flatMap((row, text) => row.map(([, logit], at) => ({ text, at, logit })));
    const found = await inParallel(pairs, ({ text, at }) =>
      inference.submit({
        kind: "match",
        model,
        image: { bytes: scenes[at]!.picture },
        text: scenes[text]!.caption,
      }),
    );
    pairs.forEach(({ text, at, logit }, i) => {
      expect(found[i]!.logit).toBeCloseTo(logit, 2);
      expect(found[i]!.similarity).toBeCloseTo(expected.itcSimilarities[text]![at]!, 3);
    });
  });
});
