import { beforeAll, describe, it } from "vitest";
import { openCheckpoint } from "../../../../inference/checkpoint/checkpoint.ts";
import { readBlip2Config } from "../../../../inference/models/blip-2/config.ts";
import { retrievalNetworks } from "../../../../inference/models/blip-2/networks.ts";
import type { Session } from "../../../../inference/runtime/session.ts";
import type { Tensor } from "../../../../inference/tensor.ts";
import { encoderSession, expectClose, floats, ids, item, type ImageCase } from "../blip/golden.ts";
import { networksOf, openBlip2Golden } from "./golden.ts";

interface Cases {
  readonly images: readonly ImageCase[];
  readonly texts: readonly { readonly text: string; readonly tokenIds: readonly number[] }[];
}

const TOLERANCE = 1e-4;

describe("Blip2ForImageTextRetrieval", () => {
  const golden = openBlip2Golden<Cases>("itm");
  const networks = networksOf("itm");
  const images = golden.cases.images
    .filter((image) => !image.interpolated)
    .map((image, index) => ({ ...image, index }));
  let [vision, text, match]: (Session | undefined)[] = [];

  beforeAll(async () => {
    vision = await encoderSession(networks, "vision");
    text = await encoderSession(networks, "text");
    match = await encoderSession(networks, "match");
  });

  it.each(images)("sees $image, as states and as a vector for each query", async ({ pixelValues, tensor, index }) => {
    const { image_embeds, image_embedding } = await vision!.run({ pixel_values: golden.pixels(pixelValues) });
    expectClose(image_embeds, golden.tensor(tensor), TOLERANCE);
    expectClose(image_embedding, item(golden.tensor("image_features"), index), TOLERANCE);
  });

  it.each(golden.cases.images.filter((image) => image.interpolated))(
    "sees $image at $height × $width with interpolated positions",
    async ({ height, width, pixelValues, tensor }) => {
      const { folder } = golden;
      const source = { weights: openCheckpoint(folder).weights, config: readBlip2Config(folder) };
      const other = await encoderSession(retrievalNetworks({ ...source, pictures: { height, width } }), "vision");
      const { image_embeds } = await other.run({ pixel_values: golden.pixels(pixelValues) });
      expectClose(image_embeds, golden.tensor(tensor), TOLERANCE);
    },
  );

  it.each(golden.cases.texts.map((text, index) => ({ ...text, index })))("reads $text", async ({ tokenIds, index }) => {
    const { text_embedding } = await text!.run(textInputs([tokenIds]));
    expectClose(text_embedding, item(golden.tensor("text_features"), index), TOLERANCE);
  });

  it.each(images)("matches $image with every text, padded in one batch", async ({ tensor, index }) => {
    const states = golden.tensor(tensor);
    const texts = golden.cases.texts.map(({ tokenIds }) => tokenIds);
    const image_embeds = {
      dims: [texts.length, ...states.dims.slice(1)],
      data: Float32Array.from(texts.flatMap(() => [...states.data].map(Number))),
    };
    const { itm_logits } = await match!.run({ ...textInputs(texts), image_embeds });
    const expected = item(golden.tensor("itm"), index);
    expectClose({ dims: expected.dims, data: itm_logits!.data }, expected, TOLERANCE);
  });
});

function textInputs(texts: readonly (readonly number[])[]): Record<"input_ids" | "attention_mask", Tensor> {
  const rows = Math.max(...texts.map((text) => text.length));
  const padded = (fill: (text: readonly number[]) => readonly number[]) =>
    texts.map((text) => [...fill(text), ...Array<number>(rows - text.length).fill(0)]);
  return {
    input_ids: ids(padded((text) => text)),
    attention_mask: floats([texts.length, rows], padded((text) => text.map(() => 1)).flat()),
  };
}
