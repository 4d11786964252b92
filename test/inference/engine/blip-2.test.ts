import { beforeAll, describe, expect, it } from "vitest";
import type { MatchScores, Networks, Prepared, Programs } from "../../../inference/models/model.ts";
import { openModel } from "../../../inference/models/registry.ts";
import type { Program, ProgramOutcome, Strategy } from "../../../inference/scheduling/program.ts";
import { TextStream } from "../../../inference/text/text-stream.ts";
import { loadTokenizer, type Tokenizer } from "../../../inference/text/tokenizer.ts";
import {
  BLIP2,
  openBlip2Golden,
  pictureOf,
  type GenerationCase,
  type GenerationCases,
} from "../models/blip-2/golden.ts";
import { play } from "./play.ts";
import { runnerOf, schedulerOf } from "./tiny-models.ts";

const NAMES = ["opt", "t5", "itm"] as const;
type Name = (typeof NAMES)[number];

interface RetrievalCases {
  readonly pictures: readonly string[];
  readonly texts: readonly { readonly text: string; readonly tokenIds: readonly number[] }[];
  readonly maxTextTokens: number;
}

const goldens = {
  opt: openBlip2Golden<GenerationCases>("opt"),
  t5: openBlip2Golden<GenerationCases>("t5"),
  itm: openBlip2Golden<RetrievalCases>("itm"),
};

interface Pair {
  /** In the goldens' order, by rows. */
  readonly place: number;
  readonly image: string;
  readonly text: string;
}

/** All but those with texts that the reference cut at 35 tokens. */
const pairs: readonly Pair[] = goldens.itm.cases.pictures.flatMap((image, row) =>
  goldens.itm.cases.texts
    .map(({ text, tokenIds }, column) => ({
      image,
      text,
      tokenIds,
      place: row * goldens.itm.cases.texts.length + column,
    }))
    .filter(({ tokenIds }) => tokenIds.length < goldens.itm.cases.maxTextTokens),
);

interface Served {
  readonly networks: Networks;
  readonly programs: Programs;
  readonly tokenizer: Tokenizer;
}

const models = new Map<Name, Served>();
const asked = new Map<unknown, Prepared<unknown>>();
const outcomes = new Map<unknown, ProgramOutcome>();

/** All at once, whatever the model, in passes of up to eight. */
beforeAll(async () => {
  for (const name of NAMES) models.set(name, await served(name));
  for (const name of ["opt", "t5"] as const) {
    const { caption } = models.get(name)!.programs;
    for (const c of goldens[name].cases.generations) {
      const { program, finish } = caption!(pictureOf(goldens[name], c.image), c.prompt ?? undefined, {});
      asked.set(c, { program: withStrategy(program, strategyOf(c)), finish });
    }
  }
  const { match } = models.get("itm")!.programs;
  for (const pair of pairs) asked.set(pair, match!(pictureOf(goldens.itm, pair.image), pair.text));
  const results = await all([...asked.values()].map(({ program }) => program));
  [...asked.keys()].forEach((key, i) => outcomes.set(key, results[i]!));
}, 120_000);

describe.each(["opt", "t5"] as const)("BLIP-2 with %s, all requests at once", (name) => {
  it.each(goldens[name].cases.generations)("says of $name what transformers says", (example) => {
    const { tokenIds, finishReason } = outcomes.get(example)!.generation!;
    const end = finishReason === "STOP" ? [goldens[name].cases.eosTokenId] : [];
    expect([...example.promptTokenIds, ...tokenIds, ...end]).toEqual(example.tokenIds);
    expect(finishReason).toBe(example.finishReason.toUpperCase());
    const { tokenizer } = models.get(name)!;
    expect(tokenizer.decode(tokenIds).trim()).toBe(example.text);
    const stream = new TextStream(tokenizer);
    const pieces = [...tokenIds.map((tokenId) => stream.push(tokenId)), stream.end()];
    expect(pieces.join("")).toBe(tokenizer.decode(tokenIds));
  });
});

describe("BLIP-2's retrieval", () => {
  it("judges every picture and text as transformers does", () => {
    const [itm, itc] = [goldens.itm.tensor("itm").data, goldens.itm.tensor("itc").data].map((data) =>
      [...data].map(Number),
    );
    for (const pair of pairs) {
      const { logit, probability, similarity } = asked.get(pair)!.finish(outcomes.get(pair)!) as MatchScores;
      const i = pair.place;
      const [no, yes] = [itm![2 * i]!, itm![2 * i + 1]!];
      expect(Math.abs(logit - yes)).toBeLessThan(2e-4 * Math.max(1, Math.abs(yes)));
      expect(probability).toBeCloseTo(1 / (1 + Math.exp(no - yes)), 4);
      expect(similarity).toBeCloseTo(itc![i]!, 4);
    }
  });
});

async function served(name: Name): Promise<Served> {
  const model = openModel(`${BLIP2}${name}`);
  const tokenizer = await loadTokenizer(`${BLIP2}${name}`);
  return { networks: model.networks(), tokenizer, programs: model.programs(tokenizer, name) };
}

async function all(programs: readonly Program[]): Promise<ProgramOutcome[]> {
  const networks = Object.fromEntries([...models].map(([name, { networks }]) => [name, networks]));
  const limits = {
    maxSequences: 8,
    maxCachedRows: 6000,
    maxKeptRows: 0,
    maxRowsPerPass: 64,
    maxBatch: 8,
    featureCacheBytes: 1e6,
  };
  const requests = programs.map((program) => ({
    program,
    at: 0,
    streams: false,
    cancelAt: undefined,
    endAfter: undefined,
  }));
  const scheduler = schedulerOf(networks, limits);
  const { finished } = await play({ runner: await runnerOf(networks), scheduler, requests });
  return programs.map((_, i) => {
    const end = finished.get(i)!;
    if ("error" in end) throw end.error;
    return end.outcome;
  });
}

function withStrategy(program: Program, strategy: Strategy): Program {
  return { ...program, decode: { ...program.decode!, strategy } };
}

function strategyOf({ options: { beams, lengthPenalty, earlyStopping, ...length } }: GenerationCase): Strategy {
  if (beams === 1) return { kind: "sample", sampling: { kind: "greedy" }, ...length };
  return { kind: "beam", beams, lengthPenalty, earlyStopping, ...length };
}
