import { describe, expect, it } from "vitest";
import { captioningNetworks } from "../../../inference/models/blip/networks.ts";
import { CPU, type Target } from "../../../inference/onnx/target.ts";
import type { Networks } from "../../../inference/models/model.ts";
import { openEncoder } from "../../../inference/runtime/open-encoder.ts";
import type { NamedTensors } from "../../../inference/runtime/session.ts";
import type { Tensor } from "../../../inference/tensor.ts";
import { networksOf as blip2Networks, openBlip2Golden, without, type GenerationCases } from "./blip-2/golden.ts";
import { Decoding, greedily } from "./blip/decoding.ts";
import { floats, ids, networksOf, openGolden } from "./blip/golden.ts";

const HALVES: Target = { ...CPU, cache: "float16" };
/** Root mean square of a float16's rounding, of the largest logit: it has eleven binary digits. */
const TOLERANCE = 1e-3;

interface CaptioningCases {
  readonly logits: readonly { imageEmbeds: string; tokenIds: readonly number[]; tensor: string }[];
  readonly generations: readonly {
    readonly name: string;
    readonly image: string;
    readonly promptTokenIds: readonly number[];
    readonly tokenIds: readonly number[];
  }[];
  readonly images: readonly { image: string; interpolated: boolean; tensor: string }[];
}

describe("keys and values kept in float16", () => {
  const golden = openGolden<CaptioningCases>("captioning-base");
  const networks = networksOf(golden.folder, captioningNetworks);
  const memoryOf = (name: string) => memoryFrom(networks, "memory", { image_embeds: golden.tensor(name) });

  it("change BLIP's logits by less than a thousandth in the mean", async () => {
    const decoding = await Decoding.of(networks.decoder!, HALVES);
    for (const { tokenIds, imageEmbeds, tensor } of golden.cases.logits) {
      const logits = await tokenByToken(decoding, tokenIds, await memoryOf(imageEmbeds));
      expect(meanDifference(logits, golden.tensor(tensor))).toBeLessThan(TOLERANCE);
    }
  });

  it("leave its greedy captions as they are", async () => {
    const decoding = await Decoding.of(networks.decoder!, HALVES);
    const greedy = golden.cases.generations.filter(({ name }) => name.endsWith("greedy"));
    for (const { image, promptTokenIds, tokenIds } of greedy) {
      const { tensor } = golden.cases.images.find((one) => one.image === image && !one.interpolated)!;
      const goal = { memory: await memoryOf(tensor), end: 5, maxTokens: 20 };
      expect([...promptTokenIds, ...(await greedily(decoding, promptTokenIds, goal))]).toEqual(tokenIds);
    }
  });

  it("change BLIP-2's with T5 by less than a thousandth in the mean", async () => {
    const golden = openBlip2Golden<GenerationCases>("t5");
    const t5 = blip2Networks("t5");
    const decoding = await Decoding.of(t5.decoder!, HALVES);
    for (const { image, inputTokenIds, tokenIds, tensor: name } of golden.cases.logits) {
      const prefix = golden.tensor(`prefix.${image}`);
      const text = inputTokenIds.slice(prefix.dims[1]);
      const inputs = {
        prefix,
        input_ids: ids([text]),
        attention_mask: floats(
          [1, text.length],
          text.map(() => 1),
        ),
      };
      const logits = await tokenByToken(decoding, tokenIds, await memoryFrom(t5, "prompt", inputs));
      const kept = [logits, golden.tensor(name)].map((all) => without(all, golden.cases.suppressedTokenIds));
      expect(meanDifference(kept[0]!, kept[1]!)).toBeLessThan(TOLERANCE);
    }
  });
});

async function memoryFrom(networks: Networks, name: string, inputs: NamedTensors): Promise<NamedTensors> {
  const network = networks.encoders.find((encoder) => encoder.name === name)!;
  const session = await openEncoder(network, { threads: 1, target: HALVES });
  const memory = await session.run(inputs);
  expect(memory["memory_k.0"]!.data).toBeInstanceOf(Uint16Array);
  return memory;
}

/** Root mean square of the differences, of the largest expected value. */
function meanDifference(actual: Tensor, expected: Tensor): number {
  expect(actual.dims).toEqual(expected.dims);
  const [a, b] = [actual.data as Float32Array, expected.data as Float32Array];
  const largest = b.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const squares = a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
  return Math.sqrt(squares / a.length) / largest;
}

/** Logits [1, tokens, vocabulary], every token but the first of rows that were kept. */
async function tokenByToken(decoding: Decoding, tokenIds: readonly number[], memory: NamedTensors): Promise<Tensor> {
  decoding.restart();
  const parts: number[][] = [];
  for (const tokenId of tokenIds) parts.push([...(await decoding.next([tokenId], memory)).data].map(Number));
  return floats([1, tokenIds.length, parts[0]!.length], parts.flat());
}
