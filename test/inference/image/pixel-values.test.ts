import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parsePreprocessing, type ImagePreprocessing } from "../../../inference/image/preprocessing.ts";
import { viewsOf } from "../../../inference/image/views.ts";
import type { Tensor } from "../../../inference/tensor.ts";
import { goldenPicture, LLAVA, pixelsOf } from "../models/llava/golden.ts";
import { goldenBytes, goldenJson, goldenPictures, goldenTensors } from "./goldens.ts";

const config = goldenJson("captioning-base/preprocessor_config.json") as object;
const tensors = goldenTensors("pictures/pixels.safetensors");
const cases = goldenPictures().flatMap((picture) => picture.pixelValues.map((name) => ({ picture, name })));

describe("views", () => {
  it.each(cases)("of BLIP have the bits of transformers' PIL path: $name", async ({ picture, name }) => {
    const image = { ...picture, data: goldenBytes(`pictures/${picture.rgb}`) };
    const views = await viewsOf(image, preprocessingFor(name));
    expect(views.map(bits)).toEqual([bits({ data: tensors.get(name)! })]);
  });

  const pictures = ["wide", "tiny", "gray", "rotated", "profile", "strip", "tower", "square"].map(fileOf);
  const llava = [
    { processor: "clip-llama", change: {} },
    { processor: "clip-llama-pad", change: { do_pad: true } },
    { processor: "siglip-qwen2", change: {} },
    { processor: "next-mistral", change: {} },
  ];

  it.each(llava.flatMap(({ processor, change }) => pictures.map((name) => ({ processor, change, name }))))(
    "of $processor have the bits of transformers' PIL path: $name",
    async ({ processor, change, name }) => {
      const file = readFileSync(`${LLAVA}${processor.replace("-pad", "")}/preprocessor_config.json`, "utf8");
      const preprocessing = parsePreprocessing({ ...(JSON.parse(file) as object), ...change });
      const views = await viewsOf(goldenPicture(name), preprocessing);
      const expected = pixelsOf(name, processor);
      const [count, ...dims] = expected.dims;
      const size = expected.data.length / count!;
      expect(views.map((view) => view.dims)).toEqual(Array(count).fill(dims));
      views.forEach((view, i) =>
        expect(bits(view)).toBe(bits({ data: expected.data.slice(i * size, (i + 1) * size) })),
      );
    },
  );
});

function fileOf(name: string): string {
  return `${name}${["rotated", "profile"].includes(name) ? ".jpg" : ".png"}`;
}

/** The model's preprocessing at the size that a golden's name says. */
function preprocessingFor(name: string): ImagePreprocessing {
  const [height, width] = name.split("@")[1]!.split("x").map(Number);
  return parsePreprocessing({ ...config, size: { height, width } });
}

/** Compares exactly and fast. */
function bits({ data }: Pick<Tensor, "data">): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");
}
