import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectFailure } from "./support/expect-failure.ts";
import { ask, type Answer } from "./support/graph.ts";
import { caption, expectHealthy, inBase64 } from "./support/operations.ts";
import { drawScene } from "./support/pictures.ts";
import { startServer, type RealServer } from "./support/server.ts";

let server: RealServer;
let image: { readonly base64: string };
beforeAll(async () => {
  const models = "demo-blip-caption,demo-blip-vqa,demo-blip-retrieval,demo-llava";
  server = await startServer({ args: ["--models", models] });
  image = inBase64((await drawScene("yellow", 1)).png);
});
afterAll(() => server[Symbol.asyncDispose]());

/** Asks one field about the picture, with these arguments beside it. */
function askField(
  field: string,
  args: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Answer<object>> {
  const declared = Object.entries(variables).map(
    ([name, value]) => `, $${name}: ${Array.isArray(value) ? "[String!]" : "String!"}`,
  );
  const query = `query ($image: ImageInput!${declared.join("")}) { ${field}(image: $image ${args}) { timing { totalMs } } }`;
  return ask<object>(server.url, query, { variables: { image, ...variables } });
}

const words = (count: number): string => Array.from({ length: count }, (_, i) => `word${i}`).join(" ");

describe("models", () => {
  it.each([
    ["caption", ', model: "gpt"', "MODEL_UNAVAILABLE", 'No model "gpt" is served. Served are: demo-blip-caption'],
    ["caption", ', model: "../demo-blip-caption"', "MODEL_UNAVAILABLE", "No model"],
    ["caption", ', model: "__proto__"', "MODEL_UNAVAILABLE", 'No model "__proto__"'],
    ["caption", ', model: ""', "MODEL_UNAVAILABLE", "No model"],
    ["caption", ', model: "demo-blip-vqa"', "UNSUPPORTED_TASK", 'The model "demo-blip-vqa" cannot CAPTION'],
    ["vqa", ', question: "what?", model: "demo-blip-retrieval"', "UNSUPPORTED_TASK", "cannot VQA"],
    ["match", ', text: "a cat", model: "demo-blip-caption"', "UNSUPPORTED_TASK", "cannot MATCH"],
    ["match", ', text: "a cat", family: LLAVA', "UNSUPPORTED_TASK", "No served LLAVA model can MATCH: demo-llava can "],
    ["caption", ", family: BLIP2", "MODEL_UNAVAILABLE", "No BLIP2 model is served"],
    ["vqa", ', question: "what?", family: BLIP2', "MODEL_UNAVAILABLE", "No BLIP2 model is served"],
  ])("%s%s", async (field, args, code, message) => {
    expectFailure(await askField(field, args), { code, message });
  });
});

describe("questions and texts", () => {
  it.each<[string, string, string, Readonly<Record<string, unknown>>, string, string]>([
    ["an empty question", "vqa", ", question: $q", { q: "" }, "BAD_USER_INPUT", "question must not be empty"],
    ["a question of space", "vqa", ", question: $q", { q: " \n\t" }, "BAD_USER_INPUT", "question must not be empty"],
    ["10,000 words", "vqa", ", question: $q", { q: words(10_000) }, "PROMPT_TOO_LONG", "question"],
    ["a hundred words", "vqa", ", question: $q", { q: words(100) }, "PROMPT_TOO_LONG", "the model takes at most"],
    ["a long prompt", "caption", ", prompt: $q", { q: words(100) }, "PROMPT_TOO_LONG", "tokens"],
    ["a very long prompt", "caption", ", prompt: $q", { q: words(10_000) }, "PROMPT_TOO_LONG", "prompt"],
    ["a long text", "match", ", text: $q", { q: words(10_000) }, "PROMPT_TOO_LONG", "text"],
    ["an empty text", "match", ", text: $q", { q: "" }, "BAD_USER_INPUT", "text must not be empty"],
    ["no choices", "vqa", ', question: "what?", choices: $c', { c: [] }, "BAD_USER_INPUT", "choices must not be empty"],
    [
      "300 choices",
      "vqa",
      ', question: "what?", choices: $c',
      { c: numbers(300) },
      "BAD_USER_INPUT",
      "at most 256 items; it has 300",
    ],
    [
      "an empty choice",
      "vqa",
      ', question: "what?", choices: $c',
      { c: ["a", ""] },
      "BAD_USER_INPUT",
      "choices[1] must not be empty",
    ],
    ["a long choice", "vqa", ', question: "what?", choices: $c', { c: [words(100)] }, "PROMPT_TOO_LONG", "tokens"],
  ])("%s", async (_name, field, args, variables, code, message) => {
    expectFailure(await askField(field, args, variables), { code, message });
  });

  it("256 choices are ranked", async () => {
    const query = `query ($image: ImageInput!, $c: [String!]) {
      vqa(image: $image, question: "what color is the background?", choices: $c) { text ranking { text } }
    }`;
    const choices = ["yellow", "blue", ...numbers(254)];
    const { data } = await ask<{ vqa: { text: string } }>(server.url, query, { variables: { image, c: choices } });
    expect(data.vqa.text).toBe("yellow");
  });

  function numbers(count: number): string[] {
    return Array.from({ length: count }, (_, i) => String(i));
  }
});

describe("texts that are strange", () => {
  const soonMs = 3_000;

  it.each([
    ["a word without end", "x".repeat(19_000)],
    ["no spaces at all", "図".repeat(19_000)],
    ["marks upon marks", `a${"\u0301".repeat(19_000)}`],
    ["emoji joined to emoji", "👩‍👩‍👧‍👦".repeat(500)],
    ["half a character", "what is \ud83d this?"],
    ["control characters", "what\u0000 is\u0007 this\u202e?"],
    ["right to left", "ما هذا؟"],
    ["names of special tokens", "[SEP] [CLS] [DEC] [MASK] [PAD]"],
    ["punctuation", "?".repeat(50)],
    ["markup", "<script>alert(1)</script>'; DROP TABLE pictures; --"],
  ])("are answered or found too long, soon: %s", async (_name, q) => {
    const started = performance.now();
    for (const asked of [askField("vqa", ", question: $q", { q }), askField("match", ", text: $q", { q })]) {
      expect([[], ["PROMPT_TOO_LONG"]]).toContainEqual((await asked).codes);
    }
    expect(performance.now() - started).toBeLessThan(soonMs);
  });

  it("as choices, also alike ones, are ranked all the same", async () => {
    const choices = ["yellow", "yellow", "YELLOW ", "\ud83d", "?", "[SEP]", "x".repeat(500)];
    expect((await askField("vqa", ', question: "what?", choices: $choices', { choices })).codes).toEqual([]);
  });
});

describe("pictures given in two ways, none, or as something else", () => {
  it.each([
    [{ base64: "AAAA", id: "x" }, "Exactly one key"],
    [{}, "Exactly one key"],
    [{ base64: null }, "must be non-null"],
    [{ base64: 5 }, "must be a string"],
    [{ base64: ["AAAA"] }, "must be a string"],
    [{ upload: "picture.png" }, "must be a file part"],
    [{ file: "/etc/passwd" }, 'Field "file" is not defined'],
    ["picture", "ImageInput"],
    [null, "non-null"],
  ])("%j", async (given, message) => {
    expectFailure(await caption(server.url, given as object), { code: "BAD_USER_INPUT", message });
  });
});

it("after all of it the same worker answers truly", async () => {
  await expectHealthy(server.url);
  expect(server.output).not.toContain("worker died");
});
