import fc from "fast-check";
import { beforeAll, describe, it } from "vitest";
import type { ModelRunner } from "../../../inference/runtime/model-runner.ts";
import type { Program } from "../../../inference/scheduling/program.ts";
import { limits, requestOf, sameAsAlone, strategyOver } from "./tiny-mix.ts";
import { answerProgram, captionProgram, DEC, matchProgram, tinyRunner, tinyScheduler } from "./tiny-models.ts";

const image = fc.constantFrom("wide.png", "tiny.png", "gray.png", "rotated.jpg");
const tokenId = fc.integer({ min: 7, max: 310 });
const text = fc.array(tokenId, { minLength: 1, maxLength: 9 }).map((ids) => [4, ...ids, 5]);
const strategy = strategyOver(tokenId);

const prompt = fc.array(tokenId, { maxLength: 5 }).map((ids) => [DEC, ...ids]);

const program: fc.Arbitrary<Program> = fc.oneof(
  fc.tuple(image, prompt, strategy).map((all) => captionProgram(...all)),
  fc.tuple(image, text, strategy).map((all) => answerProgram(...all)),
  fc.tuple(image, text).map((all) => matchProgram(...all)),
);

describe("tiny checkpoints, in any company", () => {
  let runner: ModelRunner;

  beforeAll(async () => {
    runner = await tinyRunner();
  });

  it("give what they give alone", async () => {
    const mixes = fc.asyncProperty(
      limits,
      fc.array(requestOf(program), { minLength: 2, maxLength: 5 }),
      async (bounds, requests) => {
        await sameAsAlone({ runner, scheduler: tinyScheduler }, bounds, requests);
      },
    );
    await fc.assert(mixes, { numRuns: 1000 });
  }, 300_000);
});
