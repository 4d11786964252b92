import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InferenceError } from "../../inference/index.ts";
import type { TalkingInference } from "./talking-inference.ts";
import { answerOf, ask, inBase64, startTestServer, type TestServer } from "./test-server.ts";

let server: TestServer<TalkingInference>;
beforeAll(async () => void (server = await startTestServer({ env: { REQUEST_TIMEOUT_MS: "300" } })));
afterAll(() => server[Symbol.asyncDispose]());

const image = inBase64("cat");
const caption = "query ($image: ImageInput!) { caption(image: $image) { text } models { name } }";

async function withFailure(fail: () => void | Promise<void>): ReturnType<typeof ask> {
  server.inference.before = fail;
  try {
    return await ask(server.url, caption, { image });
  } finally {
    server.inference.before = () => undefined;
  }
}

describe("bad input, each with its own message and BAD_USER_INPUT", () => {
  const captionWith = (args: string): string =>
    `query ($image: ImageInput!) { caption(image: $image, ${args}) { text } }`;
  const vqaWith = (args: string): string => `query ($image: ImageInput!) { vqa(image: $image, ${args}) { text } }`;
  it.each([
    ["{ models {", "Syntax Error"],
    ["", "Must provide query string|Syntax Error"],
    ["{ nothing }", 'Cannot query field "nothing"'],
    ["{ models }", "must have a selection of subfields"],
    ['{ caption(image: { id: "a", base64: "b" }) { text } }', "ImageInput"],
    ["{ caption(image: {}) { text } }", "ImageInput"],
    ['{ caption(image: { id: "a" }) { text } }', '"a" is not an id that this server gave out'],
    ['{ caption(image: { base64: "!" }) { text } }', "not base64"],
    ['{ caption(image: { url: "cat.png" }) { text } }', "must be absolute"],
    ['{ caption(image: { upload: "x" }) { text } }', "must be a variable"],
    ['{ node(id: "nonsense") { id } }', "not an id"],
    ["{ nodes(ids: { a: 5 }) { id } }", "ID"],
    ["{ images(first: 0) { totalCount } }", "first must be between 1 and 100; it is 0."],
    ["{ images(first: 1.5) { totalCount } }", "Int"],
    ['{ images(after: "x") { totalCount } }', "cursor"],
    ['{ retrieveImages(text: " ") { edges { cursor } } }', "text must not be empty"],
    ['{ retrieveImages(text: "x", rerank: 257) { edges { cursor } } }', "rerank must be between 0 and 256; it is 257."],
    ['{ retrieveImages(text: "x", after: "x") { edges { cursor } } }', "cursor|after"],
    [captionWith("options: { temperature: 3 }"), "temperature must be between 0 and 2"],
    [captionWith("options: { beams: 4, temperature: 1 }"), "exclude each other"],
    [vqaWith('question: ""'), "question must not be empty"],
    [vqaWith('question: "?", choices: []'), "choices must not be empty"],
    [vqaWith('question: "?", choices: ["a", " "]'), "choices\\[1\\] must not be empty"],
    [vqaWith(`question: "?", choices: [${'"a" '.repeat(257)}]`), "choices must have at most 256 items; it has 257."],
    ["mutation { addImages(input: { images: [] }) { images { id } } }", "images must not be empty"],
    ['mutation { removeImages(input: { ids: ["x"] }) { removedIds } }', "not an id"],
    ["query A { models { name } } query B { models { name } }", "operation"],
  ])("%s", async (query, message) => {
    const variables = query.includes("$image") ? { image } : {};
    const { codes, errors } = await ask(server.url, query, variables);
    expect(codes).toEqual(["BAD_USER_INPUT"]);
    expect(errors[0]!.message).toMatch(new RegExp(message));
  });

  it.each([
    [{}, 'Variable "$image" of required type'],
    [{ image: null }, "non-null type"],
    [{ image: { upload: {} } }, "must be a file part"],
    [{ image: { upload: { size: 1, arrayBuffer: "x" } } }, "must be a file part"],
    [{ image: { id: "a", url: "https://example.org" } }, "Exactly one key"],
    [{ image: { url: "nowhere" } }, "must be absolute"],
    [{ image: { base64: 5 } }, "must be a string"],
  ])("variables %j", async (variables, message) => {
    const { codes, errors } = await ask(server.url, caption, variables);
    expect(codes).toEqual(["BAD_USER_INPUT"]);
    expect(errors[0]!.message).toContain(message);
  });

  it.each([
    "[1, 2]",
    '"text"',
    "null",
    "{",
    '{"query": 5}',
    '{"query": "{ models { name } }", "variables": []}',
    '{"query":"{__typename}","extra":1}',
    '[{"query":"{__typename}"}]',
  ])("body %s", async (body) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
      body,
    });
    const { status, codes } = await answerOf(response);
    expect(status).toBe(400);
    expect(codes).toEqual(["BAD_USER_INPUT"]);
  });
});

describe("failures with codes of their own", () => {
  it.each([
    ['{ caption(image: { base64: "AAAA" }) { text } }', "IMAGE_UNREADABLE", "not an image"],
    ['{ caption(image: { base64: "" }) { text } }', "IMAGE_UNREADABLE", "no bytes"],
    ['{ caption(image: { id: "SW1hZ2U6YWJj" }) { text } }', "NOT_FOUND", "no picture"],
    ['{ caption(image: { base64: "AAAA" }, family: LLAVA) { text } }', "MODEL_UNAVAILABLE", "No LLAVA model is served"],
    [
      `{ caption(image: { base64: "AAAA" }, prompt: "${"x".repeat(20_001)}") { text } }`,
      "PROMPT_TOO_LONG",
      "prompt must have at most 20000 characters; it has 20001.",
    ],
    ['{ caption(image: { base64: "AAAA" }, family: BLIP2) { text } }', "MODEL_UNAVAILABLE", "No BLIP2 model is served"],
    ['{ caption(image: { base64: "AAAA" }, model: "x") { text } }', "MODEL_UNAVAILABLE", 'No model "x" is served'],
    ['{ caption(image: { base64: "AAAA" }, model: "demo-vqa") { text } }', "UNSUPPORTED_TASK", "demo-vqa can VQA"],
  ])("%s", async (query, code, message) => {
    const { status, data, codes, errors } = await ask(server.url, query);
    expect(status).toBe(200);
    expect(data).toEqual({ caption: null });
    expect(codes).toEqual([code]);
    expect(errors[0]).toMatchObject({ path: ["caption"], message: expect.stringContaining(message) as string });
  });

  it("leaves its siblings", async () => {
    const { data } = await withFailure(() => {
      throw new InferenceError("PROMPT_TOO_LONG", "512 tokens at most");
    });
    expect(data).toMatchObject({ caption: null, models: [{ name: "demo-caption" }, {}, {}] });
  });

  it.each([
    ["AAAA", "IMAGE_UNREADABLE", "not an image"],
    ["", "IMAGE_UNREADABLE", "The picture has no bytes."],
  ])("says which of several pictures is at fault: %j", async (base64, code, reason) => {
    const images = [inBase64("dog"), { base64 }].map((given) => ({ image: given }));
    const add = "mutation ($images: [AddImageInput!]!) { addImages(input: { images: $images }) { images { id } } }";
    const { errors } = await ask(server.url, add, { images });
    expect(errors).toMatchObject([{ message: `images[1]: ${reason}`, path: ["addImages"] }]);
    expect(errors[0]!.extensions).toEqual({ code, argument: "images[1]", reason });
  });

  it("says when to come back", async () => {
    const { errors } = await withFailure(() => {
      throw new InferenceError("OVERLOADED", "busy", { retryAfterMs: 250 });
    });
    expect(errors[0]!.extensions).toEqual({ code: "OVERLOADED", retryAfterMs: 250 });
  });

  it("ends what takes longer than a request may", async () => {
    const { codes } = await withFailure(() => new Promise((resolve) => setTimeout(resolve, 2_000).unref()));
    expect(codes).toEqual(["DEADLINE_EXCEEDED"]);
  });

  it("ends a search that takes longer than a request may", async () => {
    server.inference.before = () => new Promise((resolve) => setTimeout(resolve, 600));
    const { codes } = await ask(server.url, '{ retrieveImages(text: "x") { edges { cursor } } }');
    server.inference.before = () => undefined;
    expect(codes).toEqual(["DEADLINE_EXCEEDED"]);
  });

  it("gives up what a client no longer waits for", async () => {
    const left = new Promise((resolve) => {
      server.inference.before = () => new Promise((never) => void setTimeout(never, 250)).then(resolve);
    });
    const leaving = new AbortController();
    const signals: (AbortSignal | undefined)[] = [];
    const submit = server.inference.submit.bind(server.inference);
    server.inference.submit = (task, options) => (signals.push(options?.signal), submit(task, options));
    const body = JSON.stringify({ query: caption, variables: { image } });
    const asking = fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      signal: leaving.signal,
    });
    setTimeout(() => leaving.abort(), 100);
    await expect(asking).rejects.toThrow();
    await left;
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
    server.inference.before = () => undefined;
  });
});

describe("what nobody expected", () => {
  it("is told to the log, and to the client no more than where to find it there", async () => {
    const { status, codes, errors } = await withFailure(() => {
      throw new TypeError("secret of the house");
    });
    expect([status, codes]).toEqual([200, ["INTERNAL_SERVER_ERROR"]]);
    expect(JSON.stringify(errors)).not.toMatch(/secret|stack|\.ts/);
    const id = /under ([0-9a-f-]{36})/.exec(errors[0]!.message)?.[1];
    expect(server.errors.at(-1)).toContain(id);
  });

  it("hides what inference itself calls internal", async () => {
    const { codes, errors } = await withFailure(() => {
      throw new InferenceError("INTERNAL_SERVER_ERROR", "session 7 broke");
    });
    expect(codes).toEqual(["INTERNAL_SERVER_ERROR"]);
    expect(errors[0]!.message).not.toContain("session");
  });
});
