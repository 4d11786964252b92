import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TalkingInference } from "./talking-inference.ts";
import { answerOf, startTestServer, type Answer, type TestServer } from "./test-server.ts";

let server: TestServer<TalkingInference>;
beforeAll(
  async () => void (server = await startTestServer({ env: { MAX_IMAGE_BYTES: "2000", MAX_BODY_BYTES: "100000" } })),
);
afterAll(() => server[Symbol.asyncDispose]());

type Part = readonly [name: string, value: string | Blob];

const one = "query ($file: File!) { caption(image: { upload: $file }) { text } }";
const operations = JSON.stringify({ query: one, variables: { file: null } });
const picture = (words: string): Blob => new Blob([`picture:${words}`], { type: "image/png" });

async function send(
  parts: readonly Part[],
  headers: Readonly<Record<string, string>> = { "x-graphql-yoga-csrf": "test" },
): Promise<Answer> {
  const body = new FormData();
  for (const [name, value] of parts) body.append(name, value);
  return answerOf(await fetch(`${server.url}/graphql`, { method: "POST", headers, body }));
}

/** https://github.com/jaydenseric/graphql-multipart-request-spec */
describe("uploads", () => {
  it("one file", async () => {
    const { data, errors } = await send([
      ["operations", operations],
      ["map", '{"0": ["variables.file"]}'],
      ["0", picture("cat")],
    ]);
    expect(errors).toEqual([]);
    expect(data).toEqual({ caption: { text: "cat" } });
  });

  it("a list, within an input object", async () => {
    const query = "mutation ($input: AddImagesInput!) { addImages(input: $input) { images { caption } } }";
    const images = ["dog", "fish"].map((caption) => ({ caption, image: { upload: null } }));
    const map = { a: ["variables.input.images.0.image.upload"], b: ["variables.input.images.1.image.upload"] };
    const { data } = await send([
      ["operations", JSON.stringify({ query, variables: { input: { images } } })],
      ["map", JSON.stringify(map)],
      ["a", picture("dog")],
      ["b", picture("fish")],
    ]);
    expect(data).toEqual({ addImages: { images: [{ caption: "dog" }, { caption: "fish" }] } });
  });

  it("one file in two places is read once", async () => {
    const query =
      "query ($a: File!, $b: File!) { a: caption(image: { upload: $a }) { text } b: caption(image: { upload: $b }) { text } }";
    const before = server.inference.tasks.length;
    const { data } = await send([
      ["operations", JSON.stringify({ query, variables: { a: null, b: null } })],
      ["map", '{"0": ["variables.a", "variables.b"]}'],
      ["0", picture("cat")],
    ]);
    expect(data).toEqual({ a: { text: "cat" }, b: { text: "cat" } });
    const [first, second] = server.inference.tasks
      .slice(before)
      .map((task) => ("image" in task ? task.image : undefined));
    expect(first).toBe(second);
  });
});

describe("uploads that are wrong", () => {
  it.each<[string, readonly Part[], string]>([
    ["no operations", [["map", "{}"]], 'Missing multipart form field "operations"'],
    ["operations that are no JSON", [["operations", "{"]], "must be a valid JSON string"],
    ["operations as a file", [["operations", new Blob(["{}"])]], "must be a string"],
    [
      "a map that is no JSON",
      [
        ["operations", operations],
        ["map", "{"],
      ],
      "must be a valid JSON string",
    ],
    [
      "a map of numbers",
      [
        ["operations", operations],
        ["map", '{"0": 5}'],
        ["0", picture("cat")],
      ],
      "",
    ],
    ["no map", [["operations", operations]], 'Variable "$file"'],
    [
      "a map without its file",
      [
        ["operations", operations],
        ["map", '{"0": ["variables.file"]}'],
      ],
      'Variable "$file"',
    ],
    [
      "a map to nowhere",
      [
        ["operations", operations],
        ["map", '{"0": ["variables.other"]}'],
        ["0", picture("cat")],
      ],
      'Variable "$file"',
    ],
    [
      "a text in the file's place",
      [
        ["operations", operations],
        ["map", '{"0": ["variables.file"]}'],
        ["0", "text"],
      ],
      "must be a file part",
    ],
    [
      "a batch",
      [
        ["operations", `[${operations}]`],
        ["map", '{"0": ["0.variables.file"]}'],
        ["0", picture("cat")],
      ],
      "Batching is not supported",
    ],
    [
      "a path into prototypes",
      [
        ["operations", operations],
        ["map", '{"0": ["__proto__.polluted"]}'],
        ["0", picture("cat")],
      ],
      'Variable "$file"',
    ],
  ])("%s", async (_name, parts, message) => {
    const { codes, errors } = await send(parts);
    expect(codes).toEqual(["BAD_USER_INPUT"]);
    expect(errors[0]!.message).toContain(message);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("a file that is no picture, or empty", async () => {
    const map: Part = ["map", '{"0": ["variables.file"]}'];
    expect((await send([["operations", operations], map, ["0", new Blob(["text"])]])).codes).toEqual([
      "IMAGE_UNREADABLE",
    ]);
    expect((await send([["operations", operations], map, ["0", new Blob([])]])).codes).toEqual(["IMAGE_UNREADABLE"]);
  });

  it("a file that is too large: 413", async () => {
    const map: Part = ["map", '{"0": ["variables.file"]}'];
    const { status, codes, errors } = await send([["operations", operations], map, ["0", picture("x".repeat(2_000))]]);
    expect([status, codes]).toEqual([413, ["IMAGE_TOO_LARGE"]]);
    expect(errors[0]!.message).toContain("2000");
  });

  it("too many files", async () => {
    const files = Array.from({ length: 33 }, (_, i): Part => [String(i), picture("cat")]);
    const { status, codes } = await send([["operations", operations], ["map", "{}"], ...files]);
    expect([status, codes]).toEqual([400, ["BAD_USER_INPUT"]]);
  });

  it("a body that is too large: 413, with its length or without", async () => {
    const body = JSON.stringify({ query: `{ models { name } } #${"x".repeat(200_000)}` });
    const headers = { "content-type": "application/json" };
    const known = await fetch(`${server.url}/graphql`, { method: "POST", headers, body });
    expect(known.status).toBe(413);
    expect((await answerOf(known)).codes).toEqual(["BAD_USER_INPUT"]);
    const stream = new Blob([body]).stream();
    const chunked = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers,
      body: stream,
      duplex: "half",
    } as RequestInit);
    expect(chunked.status).toBe(413);
    expect((await answerOf(chunked)).codes).toEqual(["BAD_USER_INPUT"]);
  });

  it("a form that ends in the middle", async () => {
    const type = "multipart/form-data; boundary=x";
    const body = '--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{"query"';
    const response = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": type, "x-graphql-yoga-csrf": "test" },
      body,
    });
    expect((await answerOf(response)).codes).toEqual(["BAD_USER_INPUT"]);
  });

  it("an upload that a page of another origin could send unasked: 403", async () => {
    const { status, codes, errors } = await send([["operations", operations]], {});
    expect([status, codes]).toEqual([403, ["FORBIDDEN"]]);
    expect(errors[0]!.message).toContain("x-graphql-yoga-csrf");
  });
});
