import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { InferenceClient } from "../../../inference/index.ts";
import type { ImageSource } from "../../../inference/task.ts";
import { golden, startTinyInference } from "../../support/tiny-inference.ts";
import { BLIP2, openBlip2Golden, type GenerationCase, type GenerationCases } from "../models/blip-2/golden.ts";

const models = ["opt", "t5", "itm"].map((name) => ({ name, folder: join(BLIP2, name) }));
let inference: InferenceClient;

beforeAll(async () => {
  inference = startTinyInference({ models });
  await inference.ready();
});
afterAll(() => inference.close());

function picture(name: string): ImageSource {
  return { bytes: readFileSync(join(golden, "blip/pictures", name)) };
}

/** Options as a caller gives them: all but early stopping, which is the checkpoint's. */
function optionsOf({ options }: GenerationCase) {
  const { beams, lengthPenalty, minTokens, maxTokens, repetitionPenalty } = options;
  const length = { minTokens, maxTokens, repetitionPenalty };
  return beams === 1 ? length : { ...length, beams, lengthPenalty };
}

describe.each(["opt", "t5"])("BLIP-2 with %s, from a picture's file to text", (model) => {
  const { cases } = openBlip2Golden<GenerationCases>(model);
  const asked = cases.generations.filter(({ options }) => !options.earlyStopping);
  const question = "what color is the dog?";

  it("says what transformers says, whatever the prompt, the beams and their lengths", async () => {
    const said = await Promise.all(
      asked.map((example) =>
        inference.submit({
          kind: "caption",
          model,
          image: picture(example.image),
          ...(example.prompt === null ? {} : { prompt: example.prompt }),
          options: optionsOf(example),
        }),
      ),
    );
    expect(said.map(({ text }) => text)).toEqual(asked.map(({ text }) => text));
    expect(said.map(({ finishReason }) => finishReason.toLowerCase())).toEqual(
      asked.map(({ finishReason }) => finishReason),
    );
  });

  it("answers a question as a caption whose prompt asks it", async () => {
    const example = asked.find(({ prompt }) => prompt?.includes(question))!;
    const image = picture(example.image);
    const answer = await inference.submit({ kind: "answer", model, image, question, options: optionsOf(example) });
    expect(answer.text).toBe(example.text);
  });

  it("converses as a caption whose prompt is the dialogue", async () => {
    const [first, ...others] = cases.chat.messages;
    const image = picture("wide.png");
    const messages = [{ ...first!, images: [image] }, ...others.map((message) => ({ ...message, images: [] }))];
    const options = { maxTokens: 12 };
    const talk = await inference.submit({ kind: "chat", model, messages, options });
    const { prompt } = cases.chat;
    const told = await inference.submit({ kind: "caption", model, image, prompt, options });
    expect({ text: talk.text, finishReason: talk.finishReason }).toEqual({
      text: told.text,
      finishReason: told.finishReason,
    });
    expect(talk.text).not.toBe("");
  });

  it("refuses to converse about two pictures", async () => {
    const images = [picture("wide.png"), picture("tiny.png")];
    const messages = [{ role: "USER" as const, text: "which is bigger?", images }];
    await expect(inference.submit({ kind: "chat", model, messages, options: {} })).rejects.toMatchObject({
      code: "BAD_USER_INPUT",
    });
  });
});

describe("BLIP-2's retrieval, from a picture's file to numbers", () => {
  const reference = openBlip2Golden<{ texts: { text: string }[] }>("itm");

  it("gives a picture's vectors and a text's one, whose largest product is the match's similarity", async () => {
    const { text } = reference.cases.texts[1]!;
    const image = picture("wide.png");
    const vectors = await inference.submit({ kind: "embedImage", model: "itm", image });
    const words = await inference.submit({ kind: "embedText", model: "itm", text });
    const match = await inference.submit({ kind: "match", model: "itm", image, text });
    expect([vectors.vectors, words.vectors]).toEqual([5, 1]);
    expect(match.similarity).toBeCloseTo(Number(reference.tensor("itc").data[1]), 4);
    const products = [0, 1, 2, 3, 4].map((i) =>
      words.embedding.reduce((sum, value, d) => sum + value * vectors.embedding[i * words.embedding.length + d]!, 0),
    );
    expect(Math.max(...products)).toBeCloseTo(match.similarity, 5);
  });
});
