import { beforeAll, describe, expect, it } from "vitest";
import { openModel } from "../../../inference/models/registry.ts";
import type { Model, Programs } from "../../../inference/models/model.ts";
import type { Tensor } from "../../../inference/tensor.ts";
import { loadTokenizer, type Tokenizer } from "../../../inference/text/tokenizer.ts";
import { Decoding } from "../models/blip/decoding.ts";
import { encoderSession, floats, ids } from "../models/blip/golden.ts";
import { BLIP2, openBlip2Golden, pictureOf, QUERIES, type GenerationCases } from "../models/blip-2/golden.ts";
import { play } from "./play.ts";
import { runnerOf, schedulerOf } from "./tiny-models.ts";

const CHOICES = ["yes", "no", "two dogs", "a red bus near a tree", "cat", "on the beach"];
const IMAGE = "wide.png";

describe.each(["opt", "t5"])("choices ranked by %s", (name) => {
  const golden = openBlip2Golden<GenerationCases>(name);
  const example = golden.cases.logits.find(({ image, prompt }) => image === IMAGE && prompt?.startsWith("Question"))!;
  let model: Model;
  let tokenizer: Tokenizer;
  let programs: Programs;
  let decoding: Decoding;

  beforeAll(async () => {
    model = openModel(`${BLIP2}${name}`);
    tokenizer = await loadTokenizer(`${BLIP2}${name}`);
    programs = model.programs(tokenizer, name);
    decoding = await Decoding.of(model.networks().decoder!);
  });

  it("have the sums of their tokens' log-probabilities, the end token's included", async () => {
    const asked = programs.answer!(pictureOf(golden, IMAGE), "what color is the dog?", CHOICES, {});
    const { ranking } = asked.finish(await outcomeOf(asked.program));
    for (const text of CHOICES) {
      const { score } = ranking!.find((ranked) => ranked.text === text)!;
      expect(score).toBeCloseTo(await logProbability(text), 3);
    }
    expect(ranking!.map(({ score }) => score)).toEqual(ranking!.map(({ score }) => score).sort((a, b) => b - a));
  });

  async function outcomeOf(program: ReturnType<NonNullable<Programs["answer"]>>["program"]) {
    const networks = { [name]: model.networks() };
    const rows = { maxCachedRows: 4000, maxKeptRows: 0, maxRowsPerPass: 64 };
    const limits = { maxSequences: 4, maxBatch: 4, featureCacheBytes: 1e6, ...rows };
    const request = { program, at: 0, streams: false, cancelAt: undefined, endAfter: undefined };
    const stage = { runner: await runnerOf(networks), scheduler: schedulerOf(networks, limits), requests: [request] };
    const end = (await play(stage)).finished.get(0)!;
    if ("error" in end) throw end.error;
    return end.outcome;
  }

  /** Teacher-forced, by sessions alone. */
  async function logProbability(text: string): Promise<number> {
    const said = [...tokenizer.encodePlain(name === "opt" ? ` ${text}` : text), golden.cases.eosTokenId];
    const prompt = name === "opt" ? example.inputTokenIds : [0];
    const prefix = golden.tensor(`prefix.${IMAGE}`);
    const features = { dims: prefix.dims.slice(1), data: prefix.data };
    decoding.restart();
    const logits =
      name === "opt"
        ? await decoding.next([...prompt, ...said], {}, features)
        : await decoding.next([...prompt, ...said], await memoryOf(prefix));
    return said.reduce((sum, id, i) => sum + logSoftmax(logits, prompt.length - 1 + i)[id]!, 0);
  }

  async function memoryOf(prefix: Tensor) {
    const text = example.inputTokenIds.slice(QUERIES);
    const mask = floats([1, text.length], Array<number>(text.length).fill(1));
    const session = await encoderSession(model.networks(), "prompt");
    return session.run({ prefix, input_ids: ids([text]), attention_mask: mask });
  }
});

function logSoftmax({ dims, data }: Tensor, row: number): number[] {
  const logits = [...data.subarray(row * dims[1]!, (row + 1) * dims[1]!)].map(Number);
  const largest = Math.max(...logits);
  const total = largest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
  return logits.map((logit) => logit - total);
}
