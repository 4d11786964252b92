import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectFailure } from "./support/expect-failure.ts";
import { ask } from "./support/graph.ts";
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

it("after all of it the same worker answers truly", async () => {
  await expectHealthy(server.url);
  expect(server.output).not.toContain("worker died");
});
