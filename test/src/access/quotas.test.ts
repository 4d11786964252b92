import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ChattingInference } from "../../chat/chatting-inference.ts";
import { asking } from "../../chat/events.ts";
import { chatBySse } from "../../chat/sse.ts";
import { resultsBy, websocketClient } from "../../chat/websocket.ts";
import { inBase64 } from "../test-server.ts";
import { askAs, bearer, keys, startKeyedServer, type KeyedServer } from "./keyed-server.ts";

/** What a caption takes of the device, as far as this one knows. */
const captionMs = 100;

let open: () => void;
let opened: Promise<void>;
const inference = new ChattingInference(async function* () {
  yield "well";
  await opened;
});
inference.expectedMs = ({ kind }) => (kind === "caption" ? captionMs : 0);

let server: KeyedServer;
beforeEach(async () => {
  opened = new Promise((resolve) => (open = resolve));
  server = await startKeyedServer({
    inference,
    quotas: { acme: { requestsPerMinute: 20, deviceMsPerMinute: 5 * captionMs, maxChats: 2 } },
  });
});
afterEach(async () => {
  inference.before = () => undefined;
  open();
  await server[Symbol.asyncDispose]();
});

const caption = "query ($image: ImageInput!) { caption(image: $image) { text } }";

describe("a tenant's requests", () => {
  it("are refused beyond its quota, of all its keys together, and no other tenant's are", async () => {
    const who = (i: number) => (i % 2 === 0 ? "acme" : "reader");
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, i) => askAs(server.url, who(i), "{ __typename }")),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    const [refused] = answers.filter(({ status }) => status === 429);
    expect(refused).toMatchObject({ codes: ["OVERLOADED"] });
    expect(refused!.errors[0]!.extensions!.retryAfterMs).toBeGreaterThan(0);
    expect(refused!.headers.get("retry-after")).toBe("3");
    expect((await askAs(server.url, "bolt", "{ __typename }")).status).toBe(200);
  });

  it("count on sockets and as events, too", async () => {
    for (let i = 0; i < 20; i++) await askAs(server.url, "acme", "{ __typename }");
    await expect(chatBySse(server.url, asking("hello"), { headers: bearer("acme") })).rejects.toThrow("429");
    const client = websocketClient(server.url, { connectionParams: { authorization: `Bearer ${keys.acme}` } });
    await expect(resultsBy(client, "{ __typename }").next()).rejects.toMatchObject([
      { extensions: { code: "OVERLOADED", retryAfterMs: expect.any(Number) as number } },
    ]);
    await client.dispose();
  });
});

describe("a tenant's time of the device", () => {
  it("is used up by it alone", async () => {
    inference.before = () => opened;
    const codes: string[] = [];
    const asked = Array.from({ length: 8 }, async (_, i) => {
      codes.push((await askAs(server.url, "acme", caption, { image: inBase64(`cat ${i}`) })).codes.join());
    });
    await expect.poll(() => codes).toEqual(["OVERLOADED", "OVERLOADED", "OVERLOADED"]);
    open();
    await Promise.all(asked);
    expect(codes.slice(3)).toEqual(["", "", "", "", ""]);
    expect((await askAs(server.url, "bolt", caption, { image: inBase64("dog") })).data).toEqual({
      caption: { text: "dog" },
    });
  });

  it("does not let a document in that is more than all of it", async () => {
    const aliases = Array.from({ length: 6 }, (_, i) => `c${i}: caption(image: $image) { text }`).join(" ");
    const query = `query ($image: ImageInput!) { ${aliases} }`;
    expect((await askAs(server.url, "acme", query, { image: inBase64("cat") })).codes).toEqual(["QUERY_TOO_COMPLEX"]);
    expect((await askAs(server.url, "bolt", query, { image: inBase64("cat") })).codes).toEqual([]);
  });
});

describe("a tenant's chats", () => {
  it("are so many at once, in whatever way they are asked for, and no other tenant waits for them", async () => {
    const chat = (who: "acme" | "bolt") => chatBySse(server.url, asking("hello"), { headers: bearer(who) });
    const running = [chat("acme"), chat("acme")];
    await expect.poll(() => inference.numChatting).toBe(2);
    expect((await chat("acme")).at(-1)).toMatchObject({
      __typename: "ChatFailed",
      code: "OVERLOADED",
      retryable: true,
    });
    const other = chat("bolt");
    await expect.poll(() => inference.numChatting).toBe(3);
    open();
    const ends = (await Promise.all([other, ...running])).map((events) => events.at(-1)!.__typename);
    expect(ends).toEqual(["ChatCompleted", "ChatCompleted", "ChatCompleted"]);
  });
});
