import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chatBySse } from "../../chat/sse.ts";
import { addAs, askAs, bearer, startKeyedServer, type Added, type KeyedServer } from "./keyed-server.ts";

let server: KeyedServer;
let secret: Added;
beforeAll(async () => {
  server = await startKeyedServer();
  secret = await addAs(server.url, "acme", "secret prototype");
});
afterAll(() => server[Symbol.asyncDispose]());

const whole = "0".repeat(64);

describe("a picture of another tenant", () => {
  it("is its own tenant's, by its id and its address", async () => {
    const { data } = await askAs(server.url, "acme", "query ($id: ID!) { node(id: $id) { id } }", { id: secret.id });
    expect(data).toEqual({ node: { id: secret.id } });
    const response = await fetch(server.url + secret.url, { headers: bearer("acme") });
    expect([response.status, await response.text()]).toEqual([200, "picture:secret prototype"]);
    expect(response.headers.get("cache-control")).toBe("private, max-age=31536000, immutable");
  });

  it("cannot be read by its id", async () => {
    const query = "query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }";
    expect((await askAs(server.url, "bolt", query, { id: secret.id })).data).toEqual({ node: null, nodes: [null] });
  });

  it.each([
    ["caption", "caption(image: { id: $id }) { text }"],
    ["vqa", 'vqa(image: { id: $id }, question: "what is it?") { text }'],
    ["match", 'match(image: { id: $id }, text: "a prototype") { probability }'],
    ["similarImages", "similarImages(image: { id: $id }) { edges { score } }"],
    ["retrieveTexts", 'retrieveTexts(image: { id: $id }, texts: ["a prototype"]) { score }'],
  ])("cannot be asked about by its id: %s", async (_name, field) => {
    const stolen = await askAs(server.url, "bolt", `query ($id: ID!) { ${field} }`, { id: secret.id });
    const unknown = Buffer.from(`Image:${whole}`).toString("base64");
    const none = await askAs(server.url, "bolt", `query ($id: ID!) { ${field} }`, { id: unknown });
    expect(stolen.codes).toEqual(["NOT_FOUND"]);
    const [message, other] = [stolen, none].map(({ errors }) => errors[0]!.message.replace(/[0-9a-f]{64}/, "…"));
    expect(message).toBe(other);
  });

  it("cannot be talked about by its id", async () => {
    const input = { messages: [{ role: "USER", text: "what is it?", images: [{ id: secret.id }] }] };
    const events = await chatBySse(server.url, input, { headers: bearer("bolt") });
    expect(events.at(-1)).toMatchObject({ __typename: "ChatFailed", code: "NOT_FOUND" });
  });

  it("cannot be added again by its id", async () => {
    const mutation = "mutation ($id: ID!) { addImages(input: { images: [{ image: { id: $id } }] }) { images { id } } }";
    expect((await askAs(server.url, "bolt", mutation, { id: secret.id })).codes).toEqual(["NOT_FOUND"]);
  });

  it("is not in the list, nor counted", async () => {
    const { data } = await askAs(server.url, "bolt", "{ images { totalCount edges { node { id } } } }");
    expect(data).toEqual({ images: { totalCount: 0, edges: [] } });
  });

  it("is not found, by words or by an equal picture", async () => {
    const base64 = Buffer.from("picture:secret prototype").toString("base64");
    const query = `query ($base64: Base64!) {
      retrieveImages(text: "secret prototype") { edges { score } }
      similarImages(image: { base64: $base64 }) { edges { score } }
    }`;
    const found = { edges: [{ score: expect.any(Number) as number }] };
    const own = await askAs(server.url, "acme", query, { base64 });
    expect(own.data).toEqual({ retrieveImages: found, similarImages: found });
    const none = { retrieveImages: { edges: [] }, similarImages: { edges: [] } };
    expect((await askAs(server.url, "bolt", query, { base64 })).data).toEqual(none);
    await addAs(server.url, "bolt", "a cat");
    const other = await askAs(server.url, "bolt", query, { base64 });
    expect(other.data).toEqual({ retrieveImages: found, similarImages: found });
    const { data } = await askAs(server.url, "bolt", '{ retrieveImages(text: "secret") { edges { node { id } } } }');
    expect(JSON.stringify(data)).not.toContain(secret.id);
  });

  it("cannot be removed", async () => {
    const mutation = "mutation ($id: ID!) { removeImages(input: { ids: [$id] }) { removedIds } }";
    expect((await askAs(server.url, "bolt", mutation, { id: secret.id })).data).toEqual({
      removeImages: { removedIds: [] },
    });
    expect((await fetch(server.url + secret.url, { headers: bearer("acme") })).status).toBe(200);
  });

  it.each(["", "?width=320"])("cannot be read by its address%s, nor known to be there", async (query) => {
    const ask = (path: string, headers = {}): Promise<Response> =>
      fetch(server.url + path + query, { headers: { ...bearer("bolt"), ...headers } });
    const [stolen, none] = [await ask(secret.url), await ask(`/images/${whole}`)];
    expect([stolen.status, await stolen.text()]).toEqual([none.status, await none.text()]);
    expect(stolen.status).toBe(404);
    const tag = `"${secret.url.slice("/images/".length)}${query === "" ? "" : "-320"}"`;
    expect((await ask(secret.url, { "if-none-match": tag })).status).toBe(404);
    expect((await ask(secret.url, { "if-none-match": "*" })).status).toBe(404);
  });

  it("cannot be read by an address without a key, or with it in the address", async () => {
    for (const query of ["", `?key=${bearer("acme").authorization.slice(7)}`, "?authorization=Bearer+x"]) {
      const response = await fetch(server.url + secret.url + query);
      expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="triptych"']);
    }
  });

  it("is another tenant's own where they have the same one", async () => {
    const own = await addAs(server.url, "bolt", "secret prototype");
    expect(own.id).toBe(secret.id);
    const mutation = "mutation ($id: ID!) { removeImages(input: { ids: [$id] }) { removedIds } }";
    expect((await askAs(server.url, "bolt", mutation, { id: own.id })).data).toEqual({
      removeImages: { removedIds: [own.id] },
    });
    expect((await fetch(server.url + secret.url, { headers: bearer("acme") })).status).toBe(200);
  });
});

describe("who may only read the gallery", () => {
  it("sees it, and asks about it", async () => {
    const query = "query ($id: ID!) { images { totalCount } caption(image: { id: $id }) { text } }";
    const { data } = await askAs(server.url, "reader", query, { id: secret.id });
    expect(data).toEqual({ images: { totalCount: 1 }, caption: { text: "secret prototype" } });
  });

  it("cannot change it", async () => {
    const add = 'mutation { addImages(input: { images: [{ image: { base64: "cGljdHVyZTp4" } }] }) { images { id } } }';
    const remove = "mutation ($id: ID!) { removeImages(input: { ids: [$id] }) { removedIds } }";
    expect((await askAs(server.url, "reader", add)).codes).toEqual(["FORBIDDEN"]);
    expect((await askAs(server.url, "reader", remove, { id: secret.id })).codes).toEqual(["FORBIDDEN"]);
    expect((await fetch(server.url + secret.url, { headers: bearer("reader") })).status).toBe(200);
  });
});
