import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ImageSource, InferenceClient, PlannedTask } from "../../inference/index.ts";
import type { FinishedOperation } from "../../src/operation.ts";
import { chatBySse, resultsBySse } from "../chat/sse.ts";
import { resultsBy, websocketClient } from "../chat/websocket.ts";
import { startTinyInference } from "../support/tiny-inference.ts";
import { answerOf, startTestServer, type Answer, type TestServer } from "./test-server.ts";

const root = join(import.meta.dirname, "../..");
const models = ["demo-blip-caption", "demo-llava"].map((name) => ({ name, folder: join(root, "checkpoints", name) }));
const pictures = readdirSync(join(root, "examples"))
  .filter((name) => name.endsWith(".png"))
  .map((name) => readFileSync(join(root, "examples", name)));

const finished: FinishedOperation[] = [];
afterEach(() => void finished.splice(0));

/** What one request of a kind takes, once some were measured. */
interface Measured {
  readonly caption: number;
  readonly chat: number;
}

const captionTask = { kind: "caption", model: "demo-blip-caption", options: { maxTokens: 20 } } as const;
const long = { minTokens: 300, maxTokens: 300 };

/** A server of demo models whose limits follow from what these take on this machine. */
async function limited(
  env: (measured: Measured) => Readonly<Record<string, number>>,
): Promise<TestServer<InferenceClient>> {
  const inference = startTinyInference({ models });
  await inference.ready();
  for (const bytes of pictures.slice(0, 10)) await inference.submit({ ...captionTask, image: { bytes } });
  const messages = [{ role: "USER", text: "hello", images: [] as ImageSource[] }] as const;
  const chat = { kind: "chat", model: "demo-llava", messages, options: { maxTokens: 30 } } as const;
  for (let i = 0; i < 3; i++) await inference.submit(chat);
  const ms = (task: PlannedTask): number => inference.expectedMs(task);
  const limits = env({ caption: ms(captionTask), chat: ms({ ...chat, options: long }) });
  const texts = Object.entries(limits).map(([name, value]) => [name, String(Math.ceil(value))]);
  return startTestServer({
    inference,
    env: { CLIENT_HEADER: "x-client", ...(Object.fromEntries(texts) as Record<string, string>) },
    onOperation: (operation) => void finished.push(operation),
  });
}

/** Captions of as many pictures, each under a name of its own. */
function captions(count: number): { readonly query: string; readonly variables: object } {
  const names = Array.from({ length: count }, (_, i) => `p${i}`);
  const fields = names.map((name) => `c_${name}: caption(image: $${name}, options: { maxTokens: 20 }) { text }`);
  return {
    query: `query (${names.map((name) => `$${name}: ImageInput!`).join(" ")}) { ${fields.join(" ")} }`,
    variables: Object.fromEntries(names.map((name, i) => [name, picture(i)])),
  };
}

function picture(i: number): { readonly base64: string } {
  return { base64: pictures[i % pictures.length]!.toString("base64") };
}

/** What stands behind a PNG's end is not read. */
function inNewBytes(i: number): { readonly base64: string } {
  return { base64: Buffer.concat([pictures[0]!, Buffer.from(`copy ${i}`)]).toString("base64") };
}

async function ask(
  url: string,
  body: object,
  client = "ann",
): Promise<Answer & { readonly retryAfter: string | null }> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json", "x-client": client },
    body: JSON.stringify(body),
  });
  return { ...(await answerOf(response)), retryAfter: response.headers.get("retry-after") };
}

describe("a document that would take more of the device than one may", () => {
  let server: TestServer<InferenceClient>;
  beforeAll(async () => {
    server = await limited(({ caption }) => ({ MAX_DOCUMENT_MS: 10 * caption }));
  });
  afterAll(() => server[Symbol.asyncDispose]());

  // What comes first meets the prices that the limit was made of: nothing has run since.
  it("is refused where the same field is deferred fifty times, which no alias tells", async () => {
    const fields = "... @defer { caption(image: $image, options: { maxTokens: 20 }) { text } } ".repeat(50);
    const { codes } = await ask(server.url, {
      query: `query ($image: ImageInput!) { __typename ${fields} }`,
      variables: { image: picture(0) },
    });
    expect(codes).toEqual(["QUERY_TOO_COMPLEX"]);
  });

  it("is refused before anything of it runs, by its aliases, and says what would be right; with fewer it is not", async () => {
    const { status, codes, errors, data } = await ask(server.url, captions(15));
    expect([status, codes, data]).toEqual([400, ["QUERY_TOO_COMPLEX"], undefined]);
    const { counted, limit } = errors[0]!.extensions as { counted: number; limit: number };
    expect(counted / limit).toBeCloseTo(1.5, 1);
    expect(errors[0]!.message).toMatch(/would take about .* s of the device; at most .* s are allowed\. Ask for fewer/);
    await expect
      .poll(() => finished)
      .toMatchObject([{ code: "QUERY_TOO_COMPLEX", refusedBy: "document", inference: [] }]);
    const fewer = await ask(server.url, captions(3));
    expect([fewer.status, fewer.errors]).toEqual([200, []]);
    await expect.poll(() => finished).toHaveLength(2);
    expect(finished[1]).toMatchObject({ refusedBy: undefined, inference: [{}, {}, {}] });
    expect(finished[1]!.expectedMs! / counted).toBeCloseTo(3 / 15, 1);
  });

  it("is refused by its tokens and beams, over a socket as well, which stays open", async () => {
    const query = `query ($image: ImageInput!, $options: GenerationOptions) { caption(image: $image, options: $options) { text } }`;
    const asking = (options: object) => ({ query, variables: { image: picture(0), options } });
    const { variables } = asking({ maxTokens: 512, beams: 16 });
    expect((await ask(server.url, { query, variables })).codes).toEqual(["QUERY_TOO_COMPLEX"]);
    expect((await ask(server.url, asking({ maxTokens: 5 }))).errors).toEqual([]);
    const client = websocketClient(server.url);
    const refused = resultsBy(client, query, variables).next();
    await expect(refused).rejects.toMatchObject([{ extensions: { code: "QUERY_TOO_COMPLEX" } }]);
    const other = await resultsBy(client, "{ __typename }").next();
    expect(other).toMatchObject({ value: { data: { __typename: "Query" } } });
    await client.dispose();
  });
});

describe("a client that has used up its time of the device", () => {
  it("is told when to come again, and is answered then; another is answered at once", { timeout: 60_000 }, async () => {
    await using server = await limited(({ caption }) => ({ MAX_CLIENT_MS_PER_MINUTE: 20 * caption }));
    // Of another picture each, for the answer about one that was just asked about takes nothing of the device.
    const another = (i: number) => ({ ...captions(1), variables: { p0: inNewBytes(i) } });
    let answer = await ask(server.url, another(0));
    expect(answer.errors).toEqual([]);
    for (let i = 1; i < 1_000 && answer.errors.length === 0; i++) answer = await ask(server.url, another(i));
    const { status, codes, errors, retryAfter } = answer;
    expect([status, codes]).toEqual([429, ["OVERLOADED"]]);
    const retryAfterMs = errors[0]!.extensions!.retryAfterMs as number;
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfter).toBe(String(Math.ceil(retryAfterMs / 1_000)));
    expect(errors[0]!.message).toContain("more than is left of what you may take of it");
    await expect.poll(() => finished.at(-1)).toMatchObject({ code: "OVERLOADED", refusedBy: "client", inference: [] });
    expect((await ask(server.url, { query: "{ models { name } }" })).errors).toEqual([]);
    // Of another kind, so that what is expected of captions stays.
    const other = `query ($image: ImageInput!) { vqa(family: LLAVA, image: $image, question: "what?") { text } }`;
    const variables = { image: picture(0) };
    expect((await ask(server.url, { query: other, variables }, "bob")).codes).toEqual([]);
    await delay(retryAfterMs);
    expect((await ask(server.url, captions(1))).errors).toEqual([]);
  });

  it("goes on with the chat that it has, but may not begin another", { timeout: 60_000 }, async () => {
    await using server = await limited(({ chat }) => ({ MAX_CLIENT_MS_PER_MINUTE: 1.5 * chat }));
    const input = { messages: [{ role: "USER", text: "hello" }], options: long };
    const first = resultsBySse(server.url, { ...input, generationId: "mine" });
    expect((await first.next()).value).toMatchObject({ data: { chat: { __typename: "ChatQueued" } } });
    const second = resultsBySse(server.url, { ...input, generationId: "another" });
    expect((await second.next()).value).toMatchObject({ errors: [{ extensions: { code: "OVERLOADED" } }] });
    const events = await chatBySse(server.url, { ...input, generationId: "mine" });
    expect(events.at(-1)).toMatchObject({ __typename: "ChatCompleted", completionTokens: 300 });
    await first.return(undefined);
  });
});
