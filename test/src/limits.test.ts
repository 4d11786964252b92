import { getIntrospectionQuery, parse } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { schema } from "../../schema/index.ts";
import { operationCost } from "../../src/document-cost.ts";
import { measureDocument } from "../../src/document-size.ts";
import type { TalkingInference } from "./talking-inference.ts";
import { ask, inBase64, startTestServer, type TestServer } from "./test-server.ts";

let server: TestServer<TalkingInference>;
beforeAll(async () => void (server = await startTestServer()));
afterAll(() => server[Symbol.asyncDispose]());

describe("a document that is too big", () => {
  it.each([
    ["depth", 60, 10, `${"{ a ".repeat(60)}${"}".repeat(60)}`],
    ["depth through fragments", 12, 10, `{ a ...F } fragment F on Query ${"{ a ".repeat(12)}${"}".repeat(12)}`],
    ["aliases", 500, 15, `{ ${Array.from({ length: 500 }, (_, i) => `a${i}: __typename`).join(" ")} }`],
    ["aliases through fragments", 16, 15, `{ ${"...F ".repeat(16)} } fragment F on Query { a: models { name } }`],
    ["directives", 60, 50, `{ __typename ${"@skip(if: false) ".repeat(60)} }`],
    ["introspection depth", 32, 20, `{ __schema { types { ${"ofType { ".repeat(29)} name ${"}".repeat(29)} } } }`],
  ])("is refused by its %s, before it is validated", async (_what, counted, limit, query) => {
    const { status, errors, codes, data } = await ask(server.url, query);
    expect(codes).toEqual(["QUERY_TOO_COMPLEX"]);
    expect(errors[0]!.extensions).toMatchObject({ counted, limit });
    expect(errors[0]!.message).toContain(`${counted} `);
    expect(errors[0]!.message).toContain(`at most ${limit}`);
    expect(data).toBeUndefined();
    expect(status).toBe(200);
  });

  it.each([
    ["1,000 aliases", `{ ${Array.from({ length: 1_000 }, (_, i) => `a${i}: __typename`).join(" ")} }`],
    ["megabytes", `{ ${"models { name } ".repeat(200_000)} }`],
  ])("is refused by its tokens, as early as those go: %s", async (_what, query) => {
    const { codes, errors } = await ask(server.url, query);
    expect(codes).toEqual(["QUERY_TOO_COMPLEX"]);
    expect(errors[0]!.message).toBe("The document has more than 2000 tokens; at most 2000 are allowed.");
  });

  it("is refused with 400 where the client speaks application/graphql-response+json", async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
      body: JSON.stringify({ query: `${"{ a ".repeat(60)}${"}".repeat(60)}` }),
    });
    expect(response.status).toBe(400);
  });

  it("takes no time, however its fragments multiply", async () => {
    const fragments = Array.from({ length: 30 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`);
    const query = `{ ...F0 } ${fragments.join(" ")} fragment F30 on Query { a: __typename }`;
    expect(measureDocument(parse(query)).aliases).toBe(2 ** 30);
    expect((await ask(server.url, query)).codes).toEqual(["QUERY_TOO_COMPLEX"]);
  });

  it("may hold a fragment within itself: that is for validation to refuse", async () => {
    const { codes } = await ask(server.url, "{ ...F } fragment F on Query { models { name } ...F }");
    expect(codes).toEqual(["BAD_USER_INPUT"]);
  });
});

describe("a document that costs too much", () => {
  const retrieve = `query ($n: Int!, $r: Int!) { ${["a", "b", "c", "d"]
    .map(
      (name) => `${name}: retrieveImages(text: "x", first: $n, rerank: $r) { edges { node { id url caption } score } }`,
    )
    .join(" ")} }`;

  it("is refused before anything runs, also when the same document was cheap before", async () => {
    expect((await ask(server.url, retrieve, { n: 1, r: 0 })).errors).toEqual([]);
    const before = server.inference.tasks.length;
    for (let again = 0; again < 2; again++) {
      const { codes, errors } = await ask(server.url, retrieve, { n: 100, r: 256 });
      expect(codes).toEqual(["QUERY_TOO_COMPLEX"]);
      expect(errors[0]!.extensions).toMatchObject({ counted: 4 * (50 + 5 * 256 + 100 * 6), limit: 5_000 });
    }
    expect(server.inference.tasks.length).toBe(before);
    expect((await ask(server.url, retrieve, { n: 1, r: 0 })).errors).toEqual([]);
  });

  it("counts lists by their length and nothing for what cannot run", () => {
    const cost = (query: string, variables = {}): number =>
      operationCost({ schema, document: parse(query), variables });
    expect(cost("{ __typename }")).toBe(1);
    expect(cost("{ images(first: 7) { edges { node { id } } } }")).toBe(5 + 7 * 3);
    expect(cost("{ images { edges { node { id } } } }")).toBe(5 + 20 * 3);
    expect(cost("query ($n: Int = 3) { images(first: $n) { totalCount } }")).toBe(5 + 3);
    expect(cost('{ nodes(ids: ["a", "b"]) { id ... on Image { url } } }')).toBe(1 + 2 * 2);
    expect(cost('{ vqa(image: { id: "x" }, question: "?", choices: ["a", "b"]) { text } }')).toBe(50 + 5 * 2 + 1);
    const compare = (args: string): number => cost(`{ compare(image: { id: "x" }, ${args}) { text } }`);
    expect(compare('question: "?"')).toBe(3 * 50 + 1);
    expect(compare("families: null, models: null")).toBe(3 * 50 + 1);
    expect(compare("families: [BLIP]")).toBe(50 + 1);
    expect(compare('families: [BLIP, LLAVA], models: ["a", "b"]')).toBe(4 * 50 + 1);
    expect(cost("query ($n: Int!) { images(first: $n) { totalCount } }")).toBe(0);
    expect(cost("mutation { nothing }")).toBe(1);
  });

  it("leaves a page size that is out of range to the field, which says so", async () => {
    const { codes, errors } = await ask(server.url, "{ images(first: 100000) { totalCount edges { node { id } } } }");
    expect(codes).toEqual(["BAD_USER_INPUT"]);
    expect(errors[0]!.message).toBe("first must be between 1 and 100; it is 100000.");
  });
});

describe("documents that tools send", () => {
  it("pass: introspection, as deep as GraphiQL asks", async () => {
    const query = getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true, schemaDescription: true });
    expect((await ask(server.url, query)).errors).toEqual([]);
  });

  it("do not pass where the explorer is off", async () => {
    await using closed = await startTestServer({ env: { EXPLORER: "off" } });
    const { data, errors } = await ask(closed.url, "{ __schema { queryType { name } } }");
    expect(data).toBeUndefined();
    expect(errors[0]!.message).toContain("introspection has been disabled");
    expect((await ask(closed.url, "{ models { name } }")).errors).toEqual([]);
  });

  it("pass: fifteen aliases of a model's field", async () => {
    const fields = Array.from({ length: 15 }, (_, i) => `a${i}: caption(image: $image) { text }`).join(" ");
    const { data, errors } = await ask(server.url, `query ($image: ImageInput!) { ${fields} }`, {
      image: inBase64("cat"),
    });
    expect(errors).toEqual([]);
    expect(Object.keys(data!)).toHaveLength(15);
  });
});
