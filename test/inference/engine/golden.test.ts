import { beforeAll, describe, expect, it } from "vitest";
import type {
  CallOutputs,
  Generation,
  Program,
  ProgramOutcome,
  Strategy,
} from "../../../inference/scheduling/program.ts";
import { openGolden } from "../models/blip/golden.ts";
import { play } from "./play.ts";
import { answerProgram, captionProgram, matchProgram, SEP, tinyRunner, tinyScheduler } from "./tiny-models.ts";

interface GenerationCase {
  readonly name: string;
  readonly image: string;
  readonly promptTokenIds: readonly number[];
  /** Of a question only. */
  readonly questionTokenIds: readonly number[];
  readonly options: {
    readonly beams: number;
    readonly lengthPenalty: number;
    readonly earlyStopping: boolean;
    readonly minTokens: number;
    readonly maxTokens: number;
    readonly repetitionPenalty: number;
  };
  readonly tokenIds: readonly number[];
  readonly finishReason: "stop" | "length";
}

interface RankCase {
  readonly name: string;
  readonly image: string;
  readonly tokenIds: readonly number[];
  readonly keep: number;
  readonly kept: readonly number[];
  readonly logProbabilities: readonly number[];
}

const captions = openGolden<{ generations: GenerationCase[] }>("captioning-base").cases.generations;
const vqa = openGolden<{
  generations: GenerationCase[];
  candidates: { tokenIds: number[][] };
  ranks: RankCase[];
}>("vqa-base").cases;
const retrieval = openGolden<{ pictures: string[]; texts: { tokenIds: number[] }[] }>("retrieval-base");

describe("everything that transformers computed, asked of one engine at once", () => {
  const outcomes = new Map<unknown, ProgramOutcome>();

  beforeAll(async () => {
    const programs = new Map<unknown, Program>([
      ...captions.map((c) => [c, captionProgram(c.image, c.promptTokenIds, strategyOf(c))] as const),
      ...vqa.generations.map((c) => [c, answerProgram(c.image, c.questionTokenIds, strategyOf(c))] as const),
      ...vqa.ranks.map((c) => [c, answerProgram(c.image, c.tokenIds, rankOf(c))] as const),
      ...pairs().map(([name, picture, text]) => [name, matchProgram(picture, text)] as const),
    ]);
    for (const [i, outcome] of (await all([...programs.values()])).entries()) {
      outcomes.set([...programs.keys()][i], outcome);
    }
  });

  it.each(captions)("captions $name", (example) => expectGeneration(outcomes.get(example)!.generation!, example));

  it.each(vqa.generations)("answers $name", (example) => expectGeneration(outcomes.get(example)!.generation!, example));

  it.each(vqa.ranks)("ranks $name", (example) => {
    const { choiceScores } = outcomes.get(example)!.generation!;
    const scored = [...choiceScores!.keys()].filter((index) => choiceScores![index] !== undefined);
    expect(scored).toEqual([...example.kept].sort((a, b) => a - b));
    example.kept.forEach((index, i) => {
      expect(choiceScores![index]! / example.logProbabilities[i]!).toBeCloseTo(1, 3);
    });
  });

  it("matches every picture with every text", () => {
    const [itm, itc] = [retrieval.tensor("itm.hf").data, retrieval.tensor("itc").data];
    pairs().forEach(([name], i) => {
      const [match, image, text] = outcomes.get(name)!.outputs as [CallOutputs, CallOutputs, CallOutputs];
      const [no, yes] = floats(match, "itm_logits");
      const [expectedNo, expectedYes] = [Number(itm[2 * i]), Number(itm[2 * i + 1])];
      expectLogit(no!, expectedNo);
      expectLogit(yes!, expectedYes);
      expectWithin(1e-4, matchProbability(no!, yes!), matchProbability(expectedNo, expectedYes));
      expectWithin(1e-4, dot(floats(image, "image_embedding"), floats(text, "text_embedding")), Number(itc[i]));
    });
  });
});

/** All at once, in passes of up to eight. */
async function all(programs: readonly Program[]): Promise<ProgramOutcome[]> {
  const scheduler = tinyScheduler({
    maxSequences: 8,
    maxCachedRows: 4000,
    maxKeptRows: 0,
    maxRowsPerPass: 256,
    maxBatch: 8,
    featureCacheBytes: 1e6,
  });
  const requests = programs.map((program) => ({
    program,
    at: 0,
    streams: false,
    cancelAt: undefined,
    endAfter: undefined,
  }));
  const { finished } = await play({ runner: await tinyRunner(), scheduler, requests });
  return programs.map((_, i) => {
    const end = finished.get(i)!;
    if ("error" in end) throw end.error;
    return end.outcome;
  });
}

function strategyOf({ options: { beams, lengthPenalty, earlyStopping, ...length } }: GenerationCase): Strategy {
  if (beams === 1) return { kind: "sample", sampling: { kind: "greedy" }, ...length };
  return { kind: "beam", beams, lengthPenalty, earlyStopping, ...length };
}

/** Candidates are [DEC] … [SEP]. */
function rankOf({ keep }: RankCase): Strategy {
  return { kind: "rank", choices: vqa.candidates.tokenIds.map((tokenIds) => tokenIds.slice(1)), candidates: keep };
}

/** In the goldens' order, by rows. */
function pairs(): (readonly [string, string, number[]])[] {
  return retrieval.cases.pictures.flatMap((picture) =>
    retrieval.cases.texts.map(({ tokenIds }, i) => [`${picture} ${i}`, picture, tokenIds] as const),
  );
}

function expectGeneration({ tokenIds, finishReason }: Generation, expected: GenerationCase): void {
  const said = finishReason === "STOP" ? [SEP] : [];
  expect([...expected.promptTokenIds, ...tokenIds, ...said]).toEqual(expected.tokenIds);
  expect(finishReason).toBe(expected.finishReason.toUpperCase());
}

/** Two logits make one probability, so a pair's own rounding may be twice its probability's bound. */
function expectLogit(actual: number, expected: number): void {
  expectWithin(2e-4 * Math.max(1, Math.abs(expected)), actual, expected);
}

function expectWithin(bound: number, actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThan(bound);
}

function matchProbability(no: number, yes: number): number {
  return 1 / (1 + Math.exp(no - yes));
}

function floats(outputs: CallOutputs, name: string): Float32Array {
  return outputs[name]!.data as Float32Array;
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
