import { describe, expect, it } from "vitest";
import { agrees, compare } from "../../../bench/official/compare.ts";
import { runReference, type Reference } from "../../../bench/official/reference-run.ts";
import { GOLDEN, item, openGolden, type ImageCase } from "../../inference/models/blip/golden.ts";
import { float32, type Tensor } from "../../../inference/tensor.ts";

/** What transformers made of a tiny checkpoint, in the words of a reference of official size. */

interface LogitsCase {
  readonly imageEmbeds: string;
  readonly tokenIds: readonly number[];
  readonly tensor: string;
}

const golden = openGolden<{ readonly images: readonly ImageCase[]; readonly logits: readonly LogitsCase[] }>(
  "captioning-base",
);
const PROMPT = 2;

function reference(): Reference {
  const [logits] = golden.cases.logits;
  const image = golden.cases.images.find(({ tensor }) => tensor === logits!.imageEmbeds)!;
  const { dims, data } = golden.tensor(logits!.tensor);
  const [, , vocabulary] = dims as [number, number, number];
  const rows = (data as Float32Array).slice((PROMPT - 1) * vocabulary, -vocabulary);
  const tensors = {
    pixel_values: item(golden.pixels(image.pixelValues), 0),
    image_embeds: golden.tensor(image.tensor),
    logits: float32([rows.length / vocabulary, vocabulary], rows),
  };
  const ids = { promptIds: logits!.tokenIds.slice(0, PROMPT), tokenIds: logits!.tokenIds.slice(PROMPT) };
  return { architecture: "BlipForConditionalGeneration", tensors, ...ids, missing: [], unexpected: [], mismatched: [] };
}

const options = { dtype: "float32", cache: "unused", threads: 1 } as const;

describe("a comparison with transformers", () => {
  it("finds the networks' results the same, a token a pass after the prompt", async () => {
    const given = await runReference(`${GOLDEN}captioning-base`, reference(), options);
    const comparison = compare("float32", given, reference());
    expect(comparison.differences.map(({ name }) => name).sort()).toEqual(["image_embeds", "logits"]);
    expect(comparison.tokens!.all).toBe(reference().tokenIds!.length);
    expect(agrees(comparison)).toBe(true);
  });

  it("finds a number that is off, a token that is another, and a key that transformers misses", async () => {
    const given = await runReference(`${GOLDEN}captioning-base`, reference(), options);
    const off = compare("float32", { ...given, image_embeds: changed(given.image_embeds!, 0.01) }, reference());
    expect(agrees(off)).toBe(false);
    const said = compare("float32", { ...given, logits: changed(given.logits!, 100) }, reference());
    expect(said.tokens!.same).toBe(said.tokens!.all - 1);
    const missing = compare("float32", given, { ...reference(), missing: ["vision_model.post_layernorm.weight"] });
    expect(agrees(missing)).toBe(false);
    expect(() => compare("float32", { logits: given.logits! }, reference())).toThrow("image_embeds is []");
  });
});

/** With its first number so much larger. */
function changed({ dims, data }: Tensor, by: number): Tensor {
  return float32(
    dims,
    (data as Float32Array).map((value, i) => (i === 0 ? value + by : value)),
  );
}
