import fc from "fast-check";
import { beforeAll, describe, it } from "vitest";
import type { Networks, Programs } from "../../../inference/models/model.ts";
import { openModel } from "../../../inference/models/registry.ts";
import type { ModelRunner } from "../../../inference/runtime/model-runner.ts";
import type { Program, Strategy } from "../../../inference/scheduling/program.ts";
import { loadTokenizer } from "../../../inference/text/tokenizer.ts";
import { BLIP2, openBlip2Golden, pictureOf } from "../models/blip-2/golden.ts";
import { limits, requestOf, sameAsAlone, strategyOver } from "./tiny-mix.ts";
import { runnerOf, schedulerOf, type TinyLimits } from "./tiny-models.ts";

const golden = openBlip2Golden<unknown>("opt");
const speakers = ["opt", "t5"] as const;
const programs = new Map<string, Programs>();
const networks: Record<string, Networks> = {};
let runner: ModelRunner;

beforeAll(async () => {
  for (const name of [...speakers, "itm"]) {
    const model = openModel(`${BLIP2}${name}`);
    networks[name] = model.networks();
    programs.set(name, model.programs(await loadTokenizer(`${BLIP2}${name}`), name));
  }
  runner = await runnerOf(networks);
});

const image = fc.constantFrom("wide.png", "tiny.png", "gray.png", "rotated.jpg");
const text = fc.constantFrom("", "a photo of", "Question: what is this? Answer:", "two zebras near a tree", "why?");
const speaker = fc.constantFrom(...speakers);
/** Ids that both language models have words for. */
const strategy = strategyOver(fc.integer({ min: 4, max: 170 }));

const program: fc.Arbitrary<Program> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(speaker, image, text, strategy).map((all) => spoken(...all)) },
  { weight: 1, arbitrary: fc.tuple(image, text).map((all) => matched(...all)) },
);

function spoken(name: string, file: string, prompt: string, chosen: Strategy): Program {
  const { program } = programs.get(name)!.caption!(pictureOf(golden, file), prompt, {});
  return { ...program, decode: { ...program.decode!, strategy: chosen } };
}

function matched(file: string, words: string): Program {
  return programs.get("itm")!.match!(pictureOf(golden, file), words).program;
}

describe("BLIP-2 with OPT, with T5 and for retrieval, in any company", () => {
  it("gives what it gives alone", async () => {
    const stage = { runner, scheduler: (given: TinyLimits) => schedulerOf(networks, given) };
    const requests = fc.array(requestOf(program), { minLength: 2, maxLength: 5 });
    const mixes = fc.asyncProperty(limits, requests, (given, mix) => sameAsAlone(stage, given, mix));
    await fc.assert(mixes, { numRuns: 600 });
  }, 300_000);
});
