import { beforeAll, describe, expect, it } from "vitest";
import { MASKED } from "../../../../inference/layers/attention.ts";
import { readLlavaConfig } from "../../../../inference/models/llava/config.ts";
import type { Session } from "../../../../inference/runtime/session.ts";
import type { Tensor } from "../../../../inference/tensor.ts";
import { openModel } from "../../../../inference/models/registry.ts";
import { sampled } from "../../../support/device.ts";
import { encoderSession, expectClose, item } from "../blip/golden.ts";
import { changed } from "./changed.ts";
import { LanguageModel, type Prompt } from "./decoding.ts";
import { CHECKPOINTS, LLAVA, llavaGolden, networksOf, pixelsOf, type GoldenMessage } from "./golden.ts";

// Relative to the largest value; the reference is computed in float64.
const [FEATURES, LOGITS] = [5e-5, 1e-4];

describe.each(sampled(CHECKPOINTS, 2))("$name", ({ name, expected }) => {
  const golden = llavaGolden(expected);
  const { image_token_index: placeholder } = readLlavaConfig(`${LLAVA}${name}`);
  const pictures = [...new Set(golden.cases.prompts.flatMap(({ messages }) => picturesOf(messages)))];
  const networks = networksOf(`${LLAVA}${name}`);
  let vision: Session;
  let language: LanguageModel;

  beforeAll(async () => {
    vision = await encoderSession(networks, "vision");
    language = await LanguageModel.of(networks.decoder!);
  });

  function promptOf({
    messages,
    tokenIds,
  }: {
    messages: readonly GoldenMessage[];
    tokenIds: readonly number[];
  }): Prompt {
    const features = picturesOf(messages).map((picture) => golden.tensor(`features.${picture}`));
    return { tokenIds, placeholder, features };
  }

  it.each(expected === "next-mistral" ? [] : pictures)("sees %s as transformers does", async (picture) => {
    const { image_features } = await vision.run({ pixel_values: pixelsOf(picture, expected) });
    expectClose(squeezed(image_features!), golden.tensor(`features.${picture}`), FEATURES);
  });

  it.each(golden.cases.logits.map((example, i) => [i, example] as const))(
    "continues prompt %d as transformers does",
    async (_, example) => {
      expectClose(await language.logits([promptOf(example)]), golden.tensor(example.tensor), LOGITS);
    },
  );

  it("continues prompts together as alone, whatever their lengths", async () => {
    const prompts = golden.cases.logits.map(promptOf);
    const together = await language.logits(prompts);
    const rows = together.dims[0]! / prompts.length;
    for (const [i, { tokenIds }] of prompts.entries()) {
      const own = item({ ...together, dims: [prompts.length, rows, together.dims[1]!] }, i);
      const alone = await language.logits([prompts[i]!]);
      const data = (own.data as Float32Array).subarray(0, tokenIds.length * together.dims[1]!);
      expectClose({ dims: alone.dims, data }, alone, 1e-5);
    }
  });

  it("never says what is suppressed", async () => {
    const silent = await LanguageModel.of(networksOf(`${LLAVA}${name}`, [placeholder, 5]).decoder!);
    const prompt = promptOf(golden.cases.logits[0]!);
    const [free, kept] = [await language.logits([prompt]), await silent.logits([prompt])];
    const never = (i: number) => [placeholder, 5].includes(i % free.dims[1]!);
    const expected = (free.data as Float32Array).map((logit, i) => (never(i) ? MASKED : logit));
    expect(Buffer.from((kept.data as Float32Array).buffer).equals(Buffer.from(expected.buffer))).toBe(true);
  });
});

function picturesOf(messages: readonly GoldenMessage[]): readonly string[] {
  return messages.flatMap((message) => message.pictures);
}

/** [1, rows, width] → [rows, width] */
function squeezed({ dims, data }: Tensor): Tensor {
  return { dims: dims.slice(1), data };
}

describe("features of other layers", () => {
  it.each([
    [-1, "full"],
    [-4, "default"],
    [0, "full"],
    [1, "default"],
  ])("%d, %s, are transformers'", async (layer, strategy) => {
    const choice = { vision_feature_layer: layer, vision_feature_select_strategy: strategy };
    const folder = changed("clip-llama", { json: { "config.json": (json) => ({ ...json, ...choice }) } });
    const vision = await encoderSession(openModel(folder).networks(), "vision");
    const { image_features } = await vision.run({ pixel_values: pixelsOf("wide.png", "clip-llama") });
    const expected = llavaGolden("clip-llama").tensor(`features.wide.png ${layer} ${strategy}`);
    expectClose(squeezed(image_features!), expected, FEATURES);
  });
});
