import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectFailure } from "./support/expect-failure.ts";
import { answerOf, ask, post, type Answer, type Data } from "./support/graph.ts";
import { captionUpload, expectHealthy } from "./support/operations.ts";
import { drawScene } from "./support/pictures.ts";
import { startServer, type RealServer } from "./support/server.ts";
import { whisper } from "./support/sockets.ts";

let server: RealServer;
beforeAll(async () => void (server = await startServer()));
afterAll(() => server[Symbol.asyncDispose]());

const query = "{ models { name } }";
const strict = { accept: "application/graphql-response+json" };

describe("documents that are too much", () => {
  const times = (count: number, text: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => text(i)).join(" ");

  it.each([
    ["depth 60", `${"{ a ".repeat(60)}${"}".repeat(60)}`, "60 levels of fields within fields; at most 10"],
    ["1,000 aliases", `{ ${times(1_000, (i) => `a${i}: __typename`)} }`, "more than 2000 tokens; at most 2000"],
    ["400 aliases", `{ ${times(400, (i) => `a${i}: __typename`)} }`, "400 aliases; at most 15"],
    ["50,000 tokens", `{ ${"models { name } ".repeat(12_500)} }`, "more than 2000 tokens; at most 2000"],
    ["a million brackets", "{a".repeat(1_000_000), "more than 2000 tokens; at most 2000"],
    ["100 directives", `{ __typename ${"@skip(if: false) ".repeat(100)} }`, "100 directives; at most 50"],
    [
      "cost",
      `{ ${times(10, (i) => `a${i}: retrieveImages(text: "a cat", first: 100, rerank: 256) { edges { node { id } } }`)} }`,
      "points of cost; at most 5000",
    ],
    ["fragments that multiply", multiplying(), "at most"],
  ])("%s", async (_name, document, message) => {
    const started = performance.now();
    const answer = await post(server.url, JSON.stringify({ query: document }), { headers: strict });
    expectFailure(answer, { status: 400, code: "QUERY_TOO_COMPLEX", message });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  function multiplying(): string {
    const fragments = times(30, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`);
    return `{ ...F0 } ${fragments} fragment F30 on Query { a: __typename }`;
  }
});

describe("documents that make no sense", () => {
  it.each([
    ["", "Syntax Error"],
    ["{", "Syntax Error"],
    ["{ models }", "must have a selection of subfields"],
    ["{ secrets }", 'Cannot query field "secrets"'],
    ['{ models(family: "BLIP") { name } }', "Enum"],
    ["{ images(first: true) { totalCount } }", "Int cannot represent non-integer value: true"],
    ["query ($n: Int!) { images(first: $n) { totalCount } }", 'Variable "$n" of required type'],
    ["query A { models { name } } query B { models { name } }", "operation"],
    ["subscription { models { name } }", 'Cannot query field "models" on type "Subscription"'],
    ["subscription { a: chat(input: { messages: [] }) { seq } b: __typename }", "only one top level field"],
    ["\0\u{1F600}", "Syntax Error"],
  ])("%j", async (document, message) => {
    const answer = await post(server.url, JSON.stringify({ query: document }), { headers: strict });
    expectFailure(answer, { status: 400, code: "BAD_USER_INPUT", message });
  });
});

describe("requests of a wrong form", () => {
  const json = (): string => JSON.stringify({ query });
  const mutation = encodeURIComponent('mutation { removeImages(input: { ids: ["x"] }) { removedIds } }');
  const preflight = { "graphql-require-preflight": "1" };

  it.each<[string, string | Uint8Array, Record<string, string>, number, string, string]>([
    ["invalid JSON", '{"query": ', {}, 400, "BAD_USER_INPUT", "JSON"],
    ["an array of operations", `[${json()},${json()}]`, {}, 400, "BAD_USER_INPUT", "Batching"],
    ["a JSON text", '"{ models { name } }"', {}, 400, "BAD_USER_INPUT", "object"],
    ["null", "null", {}, 400, "BAD_USER_INPUT", "object"],
    ["no query", "{}", {}, 400, "BAD_USER_INPUT", "query"],
    ["variables that are a list", '{"query":"{__typename}","variables":[]}', {}, 400, "BAD_USER_INPUT", "variables"],
    ["a wrong content type", json(), { "content-type": "application/pdf" }, 415, "BAD_USER_INPUT", "application/json"],
    ["plain text", json(), { "content-type": "text/plain" }, 403, "FORBIDDEN", "x-graphql-yoga-csrf"],
    ["a compressed body", gzipSync(json()), { "content-encoding": "gzip" }, 400, "BAD_USER_INPUT", "JSON"],
    ["bytes that are not UTF-8", Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), {}, 400, "BAD_USER_INPUT", "JSON"],
    ["JSON nested 100,000 deep", `{"query":${"[".repeat(100_000)}`, {}, 400, "BAD_USER_INPUT", "JSON"],
    ["an answer in CSV", json(), { accept: "text/csv" }, 406, "BAD_USER_INPUT", "Accept"],
  ])("%s", async (_name, body, headers, status, code, message) => {
    expectFailure(await post(server.url, body, { headers: { ...strict, ...headers } }), { status, code, message });
  });

  it("a mutation by GET", async () => {
    const response = await fetch(`${server.url}/graphql?query=${mutation}`, { headers: preflight });
    expectFailure(await answerOf(response), { status: 405, code: "BAD_USER_INPUT", message: "POST" });
  });

  it("a GET that any page could send", async () => {
    const response = await fetch(`${server.url}/graphql?query=${encodeURIComponent(query)}`);
    expectFailure(await answerOf(response), { status: 403, code: "FORBIDDEN", message: "x-graphql-yoga-csrf" });
  });

  it("an upload that any page could send", async () => {
    const { png } = await drawScene("red");
    const answer = await captionUpload(server.url, png, {});
    expectFailure(answer, { status: 403, code: "FORBIDDEN", message: "x-graphql-yoga-csrf" });
  });

  it("a request to another name than the server's own", async () => {
    const { said } = await whisper(server.url, "GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n", 1_000);
    expect(said).toMatch(/^HTTP\/1\.1 421 [^]*"FORBIDDEN"/);
  });

  it("a body of more than 64 MiB", async () => {
    const answer = await post(server.url, `{"query":"${"x".repeat(65 * 2 ** 20)}"}`);
    expectFailure(answer, { status: 413, code: "BAD_USER_INPUT", message: "" });
  });
});

describe("uploads whose map reaches for more than variables", () => {
  const paths = [
    "__proto__.query",
    "variables.__proto__.query",
    "variables.image.__proto__.query",
    "constructor.prototype.query",
    "variables.constructor.prototype.query",
    "query.length",
    "variables.nothing.there",
    "",
  ];

  it.each(paths)("%j", async (path) => {
    const { status, codes } = await upload({ 0: [path] });
    expect([400, 200]).toContain(status);
    expect(codes).toEqual(["BAD_USER_INPUT"]);
  });

  it.each([[{ 0: "variables.image.upload" }], [{ 0: [5] }], [[]], ["map"], [null]])("%j", async (map) => {
    expect((await upload(map)).codes).toEqual(["BAD_USER_INPUT"]);
  });

  it("and nothing stays of it: a request without a query has none", async () => {
    expectFailure(await post(server.url, "{}"), { status: 400, code: "BAD_USER_INPUT", message: "Must provide query" });
    expect((await ask(server.url, query)).errors).toEqual([]);
  });

  async function upload(map: unknown): Promise<Answer<Data>> {
    const body = new FormData();
    const document = "query ($image: ImageInput!) { caption(image: $image) { text } }";
    body.append("operations", JSON.stringify({ query: document, variables: { image: { upload: null } } }));
    body.append("map", JSON.stringify(map));
    body.append("0", new Blob(["picture"]), "picture.png");
    const headers = { "graphql-require-preflight": "1" };
    return answerOf(await fetch(`${server.url}/graphql`, { method: "POST", headers, body }));
  }
});

describe("a hundred connections of garbage at once", () => {
  const patienceMs = 1_500;
  const garbage = (i: number): Uint8Array | string =>
    [
      randomBytes(4_096),
      "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
      "GET /graphql HTTP/9.9\r\n\r\n",
      `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n`,
      `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${"x".repeat(100_000)}\r\n\r\n`,
      "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
      "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
      "",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ][i % 10]!;

  it("leave the others served, and those that are wrong are told so and closed", async () => {
    const whispers = Array.from({ length: 100 }, (_, i) => whisper(server.url, garbage(i), patienceMs));
    await Promise.all([1, 2, 3].map(() => expectHealthy(server.url)));
    const overheard = await Promise.all(whispers);
    const refused = overheard.filter(({ closedBy, said }) => closedBy === "server" && /^HTTP\/1\.1 4\d\d /.test(said));
    // Seven of ten can be told wrong by what they sent; three may still go on.
    expect(refused.length).toBeGreaterThanOrEqual(60);
  });
});

it("after all of it the same server answers truly", async () => {
  await expectHealthy(server.url);
  expect(server.output).not.toContain("unexpectedly");
});
