import { isDeepStrictEqual } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { startDecoding } from "../../../../inference/generation/decoding.ts";
import { openModel } from "../../../../inference/models/registry.ts";
import { ModelRunner } from "../../../../inference/runtime/model-runner.ts";
import { FeatureCache } from "../../../../inference/scheduling/feature-cache.ts";
import type { Target } from "../../../../inference/onnx/target.ts";
import type { Generation, Program, ProgramOutcome, Strategy } from "../../../../inference/scheduling/program.ts";
import { Scheduler } from "../../../../inference/scheduling/scheduler.ts";
import { target } from "../../../support/device.ts";
import { play } from "../../engine/play.ts";
import { conversationFor, openChat } from "./conversations.ts";
import { CHECKPOINTS, LLAVA, llavaGolden, type GenerationCase } from "./golden.ts";

const NAMES = CHECKPOINTS.map(({ name }) => name);

const cases = CHECKPOINTS.flatMap(({ name, expected }) =>
  llavaGolden(expected).cases.generations.map((example, i) => ({ name, i, example })),
);

describe("all conversations of all checkpoints, asked of one engine at once", () => {
  let outcomes: readonly ProgramOutcome[];

  beforeAll(async () => {
    ({ outcomes } = await all(target));
  });

  it.each(cases.map((one, place) => ({ ...one, place })))("answers $name $i as transformers does", (one) => {
    const { generation } = outcomes[one.place]!;
    const { tokenIds, options } = one.example;
    expect(generation!.tokenIds).toEqual(said(one.example, generation!));
    expect(generation!.finishReason).toBe(tokenIds.length < options.maxTokens ? "STOP" : generation!.finishReason);
  });

  it.skipIf(target.device !== "cpu")(
    "answers them so with chunks of long prompts beside the steps of others",
    async () => {
      const beside = await all({ ...target, mixes: true });
      expect(beside.mixedPasses).toBeGreaterThan(20);
      expect(beside.outcomes.map(({ generation }) => generation!.tokenIds)).toEqual(
        outcomes.map(({ generation }) => generation!.tokenIds),
      );
    },
  );

  it("answers nearly all of them so with its rows kept in float16", async () => {
    const { outcomes: halves } = await all({ ...target, cache: "float16" });
    const same = cases.filter(({ example }, i) => {
      const { generation } = halves[i]!;
      return isDeepStrictEqual(generation!.tokenIds, said(example, generation!));
    });
    // Random weights choose between near ties more often than trained ones do.
    expect(same.length / cases.length).toBeGreaterThan(0.95);
    expect(halves).not.toEqual(outcomes);
  });
});

/** Of the reference's tokens, those that a generation of ours has: no end token. */
function said({ tokenIds }: GenerationCase, { finishReason }: Generation): readonly number[] {
  return finishReason === "STOP" ? tokenIds.slice(0, -1) : tokenIds;
}

/** From the decoded picture and the messages, by the whole pipeline; of the strategy, early stopping is no caller's option. */
async function programOf(name: string, { messages, options }: GenerationCase): Promise<Program> {
  const { programs } = await openChat(name);
  const { program } = programs.chat(await conversationFor(name, messages), {});
  return { ...program, decode: { ...program.decode!, strategy: strategyOf(options) } };
}

function strategyOf({ beams, lengthPenalty, earlyStopping, ...length }: GenerationCase["options"]): Strategy {
  if (beams === 1) return { kind: "sample", sampling: { kind: "greedy" }, ...length };
  return { kind: "beam", beams, lengthPenalty, earlyStopping, ...length };
}

interface Answered {
  readonly outcomes: readonly ProgramOutcome[];
  readonly mixedPasses: number;
}

/** In passes that hold parts of several prompts. */
async function all(target: Target): Promise<Answered> {
  const programs = await Promise.all(cases.map(({ name, example }) => programOf(name, example)));
  const runner = new ModelRunner();
  const networks = new Map(NAMES.map((name) => [name, openModel(`${LLAVA}${name}`).networks()]));
  for (const [name, own] of networks) await runner.load(name, own, { threads: 1, target });
  const encoders = [...networks].flatMap(([model, own]) =>
    own.encoders.map(({ name, cached }) => {
      return [`${model}/${name}`, { cached, encodesImages: name === "vision", maxBatch: 4 }] as const;
    }),
  );
  const limits = { maxSequences: 6, maxCachedRows: 2000, maxKeptRows: 0, maxRowsPerPass: 100 };
  const decoders = new Map(NAMES.map((name) => [name, { ...limits, mixes: runner.hasMixedPasses(name) }]));
  const cache = new FeatureCache(1e6);
  const scheduler = new Scheduler({ encoders: new Map(encoders), decoders, cache, startDecoding });
  const at = { at: 0, streams: false, cancelAt: undefined, endAfter: undefined };
  const requests = programs.map((program) => ({ program, ...at }));
  const { finished } = await play({ runner, scheduler, requests, ...(target.mixes && { msOfRow: 0.05 }) });
  const outcomes = programs.map((_, i) => {
    const end = finished.get(i)!;
    if ("error" in end) throw end.error;
    return end.outcome;
  });
  const mixed = NAMES.flatMap((name) => scheduler.view(name).passes).filter(({ kind }) => kind === "mixed");
  return { outcomes, mixedPasses: mixed.reduce((sum, { stats }) => sum + stats.passes, 0) };
}
