import { beforeAll, describe, expect, it } from "vitest";
import type { NamedTensors, Session } from "../../../../inference/runtime/session.ts";
import type { Tensor } from "../../../../inference/tensor.ts";
import { sampled } from "../../../support/device.ts";
import { Decoding } from "../blip/decoding.ts";
import { encoderSession, expectClose, floats, ids, item } from "../blip/golden.ts";
import {
  networksOf,
  openBlip2Golden,
  pixelsName,
  QUERIES,
  without,
  type GenerationCases,
  type LogitsCase,
} from "./golden.ts";

// Relative to the largest value; the reference is computed in float64.
const TOLERANCE = 1e-4;

const layouts = [
  ["opt", "opt"],
  ["t5", "t5"],
  ["opt", "opt-float16-sharded"],
  ["opt", "opt-bfloat16-bin"],
] as const;

describe.each(sampled(layouts, 2))("%s from the files of %s", (kind, layout) => {
  const golden = openBlip2Golden<GenerationCases>(kind);
  const { suppressedTokenIds } = golden.cases;
  const networks = networksOf(layout);
  let vision: Session;
  let prompt: Session | undefined;
  let decoding: Decoding;

  beforeAll(async () => {
    vision = await encoderSession(networks, "vision");
    if (kind === "t5") prompt = await encoderSession(networks, "prompt");
    decoding = await Decoding.of(networks.decoder!);
  });

  it.each(golden.cases.pictures)("makes of %s the rows that transformers makes", async (image) => {
    const { prefix } = await vision.run({ pixel_values: golden.pixels(pixelsName(image)) });
    expectClose(prefix, golden.tensor(`prefix.${image}`), TOLERANCE);
  });

  /** What the decoder is given beside tokens. */
  async function given({ image, inputTokenIds }: LogitsCase): Promise<{ memory: NamedTensors; features?: Tensor }> {
    const prefix = golden.tensor(`prefix.${image}`);
    if (!prompt) return { memory: {}, features: { dims: prefix.dims.slice(1), data: prefix.data } };
    return { memory: await prompt.run({ prefix, ...textInputs([inputTokenIds.slice(QUERIES)]) }) };
  }

  it.each(golden.cases.logits)("decodes $name as transformers does", async (example) => {
    const { memory, features } = await given(example);
    decoding.restart();
    const { dims, data } = await decoding.next(example.tokenIds, memory, features);
    const expected = golden.tensor(example.tensor);
    const logits = { dims: [1, ...dims], data };
    expectClose(without(logits, suppressedTokenIds), without(expected, suppressedTokenIds), TOLERANCE);
  });

  it.each(golden.cases.logits.slice(0, 3))("decodes $name token by token as at once", async (example) => {
    const { memory, features } = await given(example);
    const first = kind === "opt" ? QUERIES : 1;
    decoding.restart();
    const parts = [await decoding.next(example.tokenIds.slice(0, first), memory, features)];
    for (const tokenId of example.tokenIds.slice(first)) parts.push(await decoding.next([tokenId], memory));
    const logits = floats(
      golden.tensor(example.tensor).dims,
      parts.flatMap(({ data }) => [...data].map(Number)),
    );
    expectClose(
      without(logits, suppressedTokenIds),
      without(golden.tensor(example.tensor), suppressedTokenIds),
      TOLERANCE,
    );
  });

  it("never says what only stands for a picture, or pads", async () => {
    const { memory, features } = await given(golden.cases.logits[0]!);
    decoding.restart();
    const { dims, data } = await decoding.next(golden.cases.logits[0]!.tokenIds, memory, features);
    const said = [...data].filter((_, i) => suppressedTokenIds.includes(i % dims[1]!));
    expect(said.length).toBe(dims[0]! * suppressedTokenIds.length);
    expect(Math.max(...said.map(Number))).toBeLessThan(-1e38);
  });

  if (kind === "opt") return;

  it("reads prompts of different lengths in one batch as alone", async () => {
    const examples = golden.cases.logits.slice(0, 3);
    const texts = examples.map(({ inputTokenIds }) => inputTokenIds.slice(QUERIES));
    const prefixes = examples.map(({ image }) => golden.tensor(`prefix.${image}`));
    const together = {
      dims: [prefixes.length, ...prefixes[0]!.dims.slice(1)],
      data: Float32Array.from(prefixes.flatMap(({ data }) => [...data].map(Number))),
    };
    const batch = await prompt!.run({ prefix: together, ...textInputs(texts) });
    for (const [i, example] of examples.entries()) {
      const { memory } = await given(example);
      decoding.restart();
      const alone = await decoding.next(example.tokenIds, memory);
      decoding.restart();
      const own = Object.fromEntries(Object.entries(batch).map(([name, tensor]) => [name, item(tensor, i)]));
      expectClose(await decoding.next(example.tokenIds, own), alone, 1e-5);
    }
  });
});

/** Padded at the end, as the runtime pads. */
function textInputs(texts: readonly (readonly number[])[]): Record<"input_ids" | "attention_mask", Tensor> {
  const rows = Math.max(...texts.map((text) => text.length));
  const padded = (fill: (text: readonly number[]) => readonly number[]) =>
    texts.map((text) => [...fill(text), ...Array<number>(rows - text.length).fill(0)]);
  return {
    input_ids: ids(padded((text) => text)),
    attention_mask: floats([texts.length, rows], padded((text) => text.map(() => 1)).flat()),
  };
}
