import { beforeAll, describe, expect, it } from "vitest";
import { captioningNetworks } from "../../../../inference/models/blip/networks.ts";
import type { NamedTensors, Session } from "../../../../inference/runtime/session.ts";
import { sampled, target, tolerable } from "../../../support/device.ts";
import { Decoding, greedily, shortfall } from "./decoding.ts";
import { encoderSession, expectClose, networksOf, openGolden, type ImageCase } from "./golden.ts";

interface Cases {
  readonly generations: readonly {
    readonly name: string;
    readonly image: string;
    readonly promptTokenIds: readonly number[];
    readonly tokenIds: readonly number[];
  }[];
  readonly images: readonly ImageCase[];
  readonly logits: readonly { name: string; imageEmbeds: string; tokenIds: readonly number[]; tensor: string }[];
}

// Relative to the largest value; the reference is computed in float64.
const [STATES, LOGITS] = [5e-5, 1e-4];

describe.each(sampled(["captioning-base", "captioning-large"], 1))("%s", (name) => {
  const golden = openGolden<Cases>(name);
  const networks = networksOf(golden.folder, captioningNetworks);
  let vision: Session;
  let memory: Session;
  let decoding: Decoding;

  beforeAll(async () => {
    vision = await encoderSession(networks, "vision");
    memory = await encoderSession(networks, "memory");
    decoding = await Decoding.of(networks.decoder!);
  });

  async function memoryOf(imageEmbeds: string): Promise<NamedTensors> {
    return memory.run({ image_embeds: golden.tensor(imageEmbeds) });
  }

  it.each(golden.cases.images.filter((image) => !image.interpolated))(
    "sees $image as transformers does",
    async (image) => {
      const { image_embeds } = await vision.run({ pixel_values: golden.pixels(image.pixelValues) });
      expectClose(image_embeds, golden.tensor(image.tensor), STATES);
    },
  );

  it.each(golden.cases.images.filter((image) => image.interpolated))(
    "sees $image at $height × $width with interpolated positions",
    async (image) => {
      const { height, width } = image;
      const session = await encoderSession(networksOf(golden.folder, captioningNetworks, { height, width }), "vision");
      const { image_embeds } = await session.run({ pixel_values: golden.pixels(image.pixelValues) });
      expectClose(image_embeds, golden.tensor(image.tensor), STATES);
    },
  );

  it.each(golden.cases.logits)("decodes $name as transformers does", async ({ tokenIds, imageEmbeds, tensor }) => {
    decoding.restart();
    const logits = await decoding.next(tokenIds, await memoryOf(imageEmbeds));
    expectClose({ dims: [1, ...logits.dims], data: logits.data }, golden.tensor(tensor), LOGITS);
  });

  const greedy = golden.cases.generations.filter(({ name }) => name.endsWith("greedy"));

  // In float16 the likeliest of two that are almost as likely may be the other, and all after it differs.
  it.each(target.dtype === "float16" ? greedy : [])(
    "finds what transformers says of $name as likely as anything",
    async ({ image, promptTokenIds, tokenIds }) => {
      const { tensor } = golden.cases.images.find((embedded) => embedded.image === image && !embedded.interpolated)!;
      decoding.restart();
      const logits = await decoding.next(tokenIds.slice(0, -1), await memoryOf(tensor));
      expect(shortfall(logits, tokenIds.slice(1), promptTokenIds.length - 1)).toBeLessThan(tolerable(LOGITS));
    },
  );

  it.each(target.dtype === "float32" ? greedy : [])(
    "says of $name what transformers says",
    async ({ image, promptTokenIds, tokenIds }) => {
      const { tensor } = golden.cases.images.find((embedded) => embedded.image === image && !embedded.interpolated)!;
      const goal = { memory: await memoryOf(tensor), end: 5, maxTokens: 20 };
      expect([...promptTokenIds, ...(await greedily(decoding, promptTokenIds, goal))]).toEqual(tokenIds);
    },
  );

  it.each(golden.cases.logits.slice(0, 3))(
    "decodes $name token by token as at once",
    async ({ tokenIds, imageEmbeds }) => {
      const memory = await memoryOf(imageEmbeds);
      decoding.restart();
      const whole = await decoding.next(tokenIds, memory);
      decoding.restart();
      const parts: Float32Array[] = [];
      for (const tokenId of tokenIds) parts.push((await decoding.next([tokenId], memory)).data as Float32Array);
      expectClose({ dims: whole.dims, data: Float32Array.from(parts.flatMap((part) => [...part])) }, whole, LOGITS);
    },
  );
});
