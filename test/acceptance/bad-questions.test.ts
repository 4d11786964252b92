import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectFailure } from "./support/expect-failure.ts";
import { ask, type Answer } from "./support/graph.ts";
import { caption, expectHealthy, inBase64 } from "./support/operations.ts";
import { drawScene } from "./support/pictures.ts";
import { startServer, type RealServer } from "./support/server.ts";

let server: RealServer;
let image: { readonly base64: string };
beforeAll(async () => {
  server = await startServer();
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
    ["caption", ", family: LLAVA", "MODEL_UNAVAILABLE", "No LLAVA model is served"],
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

describe("options out of range", () => {
  it.each([
    [{ maxTokens: 0 }, "options.maxTokens must be between 1 and 512; it is 0."],
    [{ maxTokens: 100_000 }, "options.maxTokens must be between 1 and 512"],
    [{ minTokens: -1 }, "options.minTokens must be between 0 and 512"],
    [{ minTokens: 20, maxTokens: 10 }, "options.minTokens (20) must not be greater than options.maxTokens (10)"],
    [{ temperature: -0.1 }, "options.temperature must be between 0 and 2"],
    [{ temperature: 2.1 }, "options.temperature must be between 0 and 2"],
    [{ topP: 0 }, "options.topP must be greater than 0 and at most 1"],
    [{ topP: 1.01 }, "options.topP must be greater than 0 and at most 1"],
    [{ topK: 0 }, "options.topK must be at least 1"],
    [{ repetitionPenalty: 0 }, "options.repetitionPenalty must be greater than 0"],
    [{ repetitionPenalty: 11 }, "options.repetitionPenalty must be greater than 0 and at most 10"],
    [{ beams: 0 }, "options.beams must be between 1 and 16"],
    [{ beams: 17 }, "options.beams must be between 1 and 16"],
    [{ beams: 4, temperature: 1 }, "exclude each other"],
    [{ lengthPenalty: 11 }, "options.lengthPenalty must be between -10 and 10"],
    [{ stop: ["a", "b", "c", "d", "e"] }, "options.stop must have at most 4 strings"],
    [{ stop: [""] }, "options.stop[0] must have 1 to 64 characters"],
    [{ stop: ["x".repeat(65)] }, "options.stop[0] must have 1 to 64 characters; it has 65"],
    [{ seed: 1.5 }, "Int cannot represent non-integer value"],
    [{ seed: 2 ** 40 }, "Int cannot represent non 32-bit signed integer value"],
    [{ temperature: "hot" }, "Float cannot represent non numeric value"],
    [{ warmth: 1 }, 'Field "warmth" is not defined'],
  ])("%j", async (options, message) => {
    const answer = await caption(server.url, image, { variables: { options } });
    expectFailure(answer, { code: "BAD_USER_INPUT", message });
  });

  it("at their edges are taken", async () => {
    const edges = [
      { maxTokens: 1, minTokens: 0, seed: -(2 ** 31) },
      { maxTokens: 512, temperature: 2, topP: 1, topK: 2 ** 31 - 1, repetitionPenalty: 10, seed: 2 ** 31 - 1 },
      { beams: 16, lengthPenalty: -10, repetitionPenalty: 0.001, stop: ["x", "y", "z", "w".repeat(64)] },
    ];
    for (const options of edges) {
      expect((await caption(server.url, image, { variables: { options } })).errors).toEqual([]);
    }
  });
});

describe("pages, cursors and ids", () => {
  const unknownImage = Buffer.from(`Image:${"0".repeat(64)}`).toString("base64");
  const unknownModel = Buffer.from("Model:nobody").toString("base64");

  it.each([
    ["{ images(first: 100000) { totalCount } }", "BAD_USER_INPUT", "first must be between 1 and 100; it is 100000."],
    ["{ images(first: 0) { totalCount } }", "BAD_USER_INPUT", "first must be between 1 and 100; it is 0."],
    ["{ images(first: -1) { totalCount } }", "BAD_USER_INPUT", "first must be between 1 and 100; it is -1."],
    ["{ images(first: 3000000000) { totalCount } }", "BAD_USER_INPUT", "32-bit"],
    ['{ images(first: "5") { totalCount } }', "BAD_USER_INPUT", "Int cannot represent non-integer value"],
    ['{ images(after: "nowhere") { totalCount } }', "BAD_USER_INPUT", "cursor"],
    ['{ retrieveImages(text: "a cat", first: 101) { edges { score } } }', "BAD_USER_INPUT", "first must be"],
    ['{ retrieveImages(text: "a cat", rerank: -1) { edges { score } } }', "BAD_USER_INPUT", "rerank must be between 0"],
    [
      '{ retrieveImages(text: "a cat", rerank: 257) { edges { score } } }',
      "BAD_USER_INPUT",
      "rerank must be between 0",
    ],
    ['{ retrieveImages(text: "a cat", after: "x") { edges { score } } }', "BAD_USER_INPUT", "cursor"],
    ['{ retrieveImages(text: "") { edges { score } } }', "BAD_USER_INPUT", "text must not be empty"],
    ['{ node(id: "nonsense") { id } }', "BAD_USER_INPUT", '"nonsense" is not an id that this server gave out'],
    [`{ caption(image: { id: "${unknownImage}" }) { text } }`, "NOT_FOUND", "picture"],
    [`{ similarImages(image: { id: "${unknownImage}" }) { edges { score } } }`, "NOT_FOUND", "picture"],
    [
      `{ caption(image: { id: "${unknownModel}" }) { text } }`,
      "BAD_USER_INPUT",
      "is the id of a Model, not of an Image",
    ],
    ['{ caption(image: { id: "" }) { text } }', "BAD_USER_INPUT", "is not an id"],
    ['mutation { removeImages(input: { ids: ["x"] }) { removedIds } }', "BAD_USER_INPUT", "is not an id"],
    ["mutation { removeImages(input: { ids: [] }) { removedIds } }", "BAD_USER_INPUT", "ids must not be empty"],
    ["mutation { addImages(input: { images: [] }) { images { id } } }", "BAD_USER_INPUT", "images must not be empty"],
  ])("%s", async (query, code, message) => {
    expectFailure(await ask(server.url, query), { code, message });
  });

  it("unknown, but well-formed, are nothing", async () => {
    const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`;
    const { data } = await ask<object>(server.url, query, { variables: { ids: [unknownImage, unknownModel] } });
    expect(data).toEqual({ nodes: [null, null] });
    const remove = "mutation ($ids: [ID!]!) { removeImages(input: { ids: $ids }) { removedIds } }";
    const removed = await ask<object>(server.url, remove, { variables: { ids: [unknownImage] } });
    expect(removed.data).toEqual({ removeImages: { removedIds: [] } });
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
