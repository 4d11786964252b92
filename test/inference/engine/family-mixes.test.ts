import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { ModelRunner } from "../../../inference/runtime/model-runner.ts";
import { target } from "../../support/device.ts";
import { type Asked, PICTURES, TinyFamilies, type Turn } from "./tiny-families.ts";
import { limits, sameAsAlone, strategyOver, visit } from "./tiny-mix.ts";
import { runnerOf, schedulerOf, type TinyLimits } from "./tiny-models.ts";

const picture = fc.constantFrom(...PICTURES);
const text = fc.constantFrom("a photo of", "what is this?", "two zebras near a tree", "why?");
/** Ids that all language models have words for. */
const strategy = strategyOver(fc.integer({ min: 4, max: 170 }));

/** Few, so that many begin alike: a later turn of one is what an earlier one went on to. */
const turns = fc
  .record({
    first: fc.constantFrom("wide.png", "tiny.png"),
    numTurns: fc.integer({ min: 1, max: 3 }),
    second: fc.option(picture, { nil: undefined, freq: 2 }),
  })
  .map(({ first, numTurns, second }): readonly Turn[] => {
    const third = second === undefined ? { text: "why?" } : { text: "and this?", picture: second };
    const all = [{ text: "what?", picture: first }, { text: "a cat" }, { text: "where?" }, { text: "left" }, third];
    return all.slice(0, 2 * numTurns - 1);
  });
const hasOnePicture = (all: readonly Turn[]): boolean => all.filter((turn) => "picture" in turn).length === 1;

const asked: fc.Arbitrary<Asked> = fc.oneof(
  chatsOf(["clip-llama", "siglip-qwen2", "next-mistral"], turns, 4),
  chatsOf(["opt", "t5"], turns.filter(hasOnePicture), 2),
  textsOf("caption", ["captioning-base", "opt", "t5", "clip-llama", "next-mistral"], 3),
  textsOf("answer", ["vqa-base", "opt", "t5", "siglip-qwen2"], 2),
  {
    weight: 1,
    arbitrary: fc.record({
      task: fc.constant("match"),
      model: fc.constantFrom("retrieval-base", "itm"),
      picture,
      text,
    }),
  },
);

function chatsOf(models: readonly Asked["model"][], all: typeof turns, weight: number): fc.WeightedArbitrary<Asked> {
  const model = fc.constantFrom(...models);
  return { weight, arbitrary: fc.record({ task: fc.constant("chat"), model, turns: all, strategy }) };
}

function textsOf(
  task: "caption" | "answer",
  models: readonly Asked["model"][],
  weight: number,
): fc.WeightedArbitrary<Asked> {
  const model = fc.constantFrom(...models);
  return { weight, arbitrary: fc.record({ task: fc.constant(task), model, picture, text, strategy }) };
}

/** Enough for the longest of the conversations. */
const roomy: fc.Arbitrary<TinyLimits> = fc
  .tuple(limits, fc.integer({ min: 300, max: 700 }), fc.constantFrom(0, 80, 400))
  .map(([bounds, maxCachedRows, maxKeptRows]) => ({ ...bounds, maxCachedRows, maxKeptRows }));

describe("chats, captions, answers and matches of the three families, some of them cancelled", () => {
  let families: TinyFamilies;
  let runner: ModelRunner;

  beforeAll(async () => {
    families = await TinyFamilies.open();
    runner = await runnerOf(families.networks);
  });

  it("get what they get alone, and leave no KV memory but what is kept for later turns", async () => {
    const scheduler = (bounds: TinyLimits) => schedulerOf(families.networks, bounds);
    const stage = { runner, scheduler };
    let [reused, mixed] = [0, 0];
    const requests = fc.array(fc.record({ asked, ...visit(120) }), { minLength: 2, maxLength: 6 });
    const mixes = fc.asyncProperty(roomy, requests, async (bounds, mix) => {
      const played = mix.map(({ asked: each, ...rest }) => ({ ...rest, program: families.program(each) }));
      const { reusedRows, mixedPasses } = await sameAsAlone(stage, bounds, played);
      [reused, mixed] = [reused + reusedRows, mixed + mixedPasses];
    });
    await fc.assert(mixes, { numRuns: 1000 });
    expect(reused).toBeGreaterThan(1_000);
    // Other targets have none.
    if (target.device === "cpu") expect(mixed).toBeGreaterThan(10);
  }, 300_000);
});
