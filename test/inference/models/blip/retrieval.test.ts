import { beforeAll, describe, it } from "vitest";
import { retrievalNetworks } from "../../../../inference/models/blip/networks.ts";
import type { Session } from "../../../../inference/runtime/session.ts";
import type { Tensor } from "../../../../inference/tensor.ts";
import { sampled } from "../../../support/device.ts";
import { encoderSession, expectClose, floats, ids, item, networksOf, openGolden, type ImageCase } from "./golden.ts";

interface Cases {
  readonly images: readonly ImageCase[];
  readonly texts: readonly { readonly text: string; readonly tokenIds: readonly number[] }[];
}

const TOLERANCE = 1e-4;

describe.each(sampled(["retrieval-base", "retrieval-large"], 1))("%s", (name) => {
  const golden = openGolden<Cases>(name);
  const networks = networksOf(golden.folder, retrievalNetworks);
  const images = golden.cases.images.filter((image) => !image.interpolated);
  let [vision, text, match]: (Session | undefined)[] = [];

  beforeAll(async () => {
    vision = await encoderSession(networks, "vision");
    text = await encoderSession(networks, "text");
    match = await encoderSession(networks, "match");
  });

  it.each(images.map((image, index) => ({ ...image, index })))(
    "sees $image",
    async ({ pixelValues, tensor, index }) => {
      const { image_embeds, image_embedding } = await vision!.run({ pixel_values: golden.pixels(pixelValues) });
      expectClose(image_embeds, golden.tensor(tensor), TOLERANCE);
      expectClose(image_embedding, item(golden.tensor("image_features"), index), TOLERANCE);
    },
  );

  it.each(golden.cases.texts.map((text, index) => ({ ...text, index })))("reads $text", async ({ tokenIds, index }) => {
    const { text_embedding } = await text!.run(textInputs(tokenIds));
    expectClose(text_embedding, item(golden.tensor("text_features"), index), TOLERANCE);
  });

  it.each(images.map((image, index) => ({ ...image, index })))(
    "matches $image with every text",
    async ({ tensor, index }) => {
      const logits: number[] = [];
      for (const { tokenIds } of golden.cases.texts) {
        const { itm_logits } = await match!.run({ ...textInputs(tokenIds), image_embeds: golden.tensor(tensor) });
        logits.push(...(itm_logits!.data as Float32Array));
      }
      const expected = item(golden.tensor("itm.hf"), index);
      expectClose(floats(expected.dims, logits), expected, TOLERANCE);
    },
  );

  it("reads texts of different lengths in one batch", async () => {
    const texts = golden.cases.texts.slice(0, 3).map(({ tokenIds }) => tokenIds);
    const rows = Math.max(...texts.map((tokens) => tokens.length));
    const padded = (fill: (tokens: readonly number[]) => readonly number[]) =>
      texts.map((tokens) => [...fill(tokens), ...Array<number>(rows - tokens.length).fill(0)]);
    const { text_embedding } = await text!.run({
      input_ids: ids(padded((tokens) => tokens)),
      attention_mask: floats([texts.length, rows], padded((tokens) => tokens.map(() => 1)).flat()),
    });
    for (const i of texts.keys()) {
      expectClose(item(text_embedding!, i), item(golden.tensor("text_features"), i), TOLERANCE);
    }
  });
});

function textInputs(tokenIds: readonly number[]): Record<string, Tensor> {
  return {
    input_ids: ids([tokenIds]),
    attention_mask: floats(
      [1, tokenIds.length],
      tokenIds.map(() => 1),
    ),
  };
}
