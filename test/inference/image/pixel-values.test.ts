import { describe, expect, it } from "vitest";
import { pixelValues, pixelValuesInTurns } from "../../../inference/image/pixel-values.ts";
import { parsePreprocessing, type ImagePreprocessing } from "../../../inference/image/preprocessing.ts";
import { goldenBytes, goldenJson, goldenPictures, goldenTensors } from "./goldens.ts";

const config = goldenJson("captioning-base/preprocessor_config.json") as object;
const tensors = goldenTensors("pictures/pixels.safetensors");
const cases = goldenPictures().flatMap((picture) => picture.pixelValues.map((name) => ({ picture, name })));

describe("pixelValues", () => {
  it.each(cases)("has the bits of transformers' PIL path: $name", ({ picture, name }) => {
    const image = { ...picture, data: goldenBytes(`pictures/${picture.rgb}`) };
    expect(bits(pixelValues(image, preprocessingFor(name)))).toEqual(bits(tensors.get(name)!));
  });

  it("gives the same while leaving the thread to others", async () => {
    const { picture, name } = cases[0]!;
    const image = { ...picture, data: goldenBytes(`pictures/${picture.rgb}`) };
    expect(bits(await pixelValuesInTurns(image, preprocessingFor(name)))).toEqual(bits(tensors.get(name)!));
  });
});

/** The model's preprocessing at the size that a golden's name says. */
function preprocessingFor(name: string): ImagePreprocessing {
  const [height, width] = name.split("@")[1]!.split("x").map(Number);
  return parsePreprocessing({ ...config, size: { height, width } });
}

/** Compares exactly and fast. */
function bits(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");
}
