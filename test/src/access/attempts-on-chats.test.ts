import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ChattingInference } from "../../chat/chatting-inference.ts";
import { asking, textOf, type ChatEvent } from "../../chat/events.ts";
import { chatBySse, resultsBySse } from "../../chat/sse.ts";
import { chatByWebsocket, resultsBy, websocketClient } from "../../chat/websocket.ts";
import { askAs, bearer, keys, startKeyedServer, type KeyedServer } from "./keyed-server.ts";

let server: KeyedServer;
let goOn: () => void;
/** Waits in the middle of each chat, until it may go on. */
const inference = new ChattingInference(async function* () {
  yield "the secret";
  await new Promise<void>((resolve) => (goOn = resolve));
  yield " is out";
});
beforeEach(async () => {
  inference.numChats = 0;
  server = await startKeyedServer({ inference, env: { CHAT_GRACE_MS: "60000" } });
});
afterEach(() => server[Symbol.asyncDispose]());

/** Begins acme's chat under an id, and stays with it until it has said something. */
async function beginChat(generationId: string): Promise<() => Promise<readonly ChatEvent[]>> {
  const listening = resultsBySse(server.url, asking("hello", { generationId }), { headers: bearer("acme") });
  const events: ChatEvent[] = [];
  while (events.at(-1)?.__typename !== "ChatDelta") {
    const { value } = (await listening.next()) as { value: { data: { chat: ChatEvent } } };
    events.push(value.data.chat);
  }
  return async () => {
    for await (const { data } of listening) events.push(data!.chat);
    return events;
  };
}

const cancel = "mutation ($id: ID!) { cancelGeneration(input: { generationId: $id }) { cancelled } }";

describe("a chat of another tenant", () => {
  it.each([
    ["watched from its beginning", { messages: [] }, {}],
    ["resumed after an event", { messages: [] }, { after: 0 }],
    ["resumed with what was asked", asking("hello"), { after: 0 }],
  ])("cannot be %s, nor known to be there", async (_how, asked, listening) => {
    const rest = await beginChat("mine");
    const attempt = (generationId: string): Promise<readonly ChatEvent[]> =>
      chatBySse(server.url, { ...asked, generationId }, { ...listening, headers: bearer("bolt") });
    const [stolen, none] = [await attempt("mine"), await attempt("nobody's")];
    expect(stolen).toHaveLength(1);
    expect(stolen[0]).toMatchObject({ __typename: "ChatFailed", code: "GENERATION_EXPIRED" });
    const unnamed = (events: readonly ChatEvent[]): string => JSON.stringify(events).replaceAll(/mine|nobody's/g, "…");
    expect(unnamed(stolen)).toBe(unnamed(none));
    goOn();
    expect(textOf(await rest())).toBe("the secret is out");
  });

  it("can be watched by whoever has a key of its tenant", async () => {
    const rest = await beginChat("mine");
    const other = chatBySse(server.url, { generationId: "mine", messages: [] }, { headers: bearer("reader") });
    await expect.poll(() => inference.numChatting).toBe(1);
    goOn();
    expect(textOf(await other)).toBe("the secret is out");
    await rest();
  });

  it.each(["mine", "acme/mine", "./mine", "../acme/mine", "acme%2Fmine", " mine"])(
    "cannot be cancelled as %s",
    async (id) => {
      const rest = await beginChat("mine");
      expect((await askAs(server.url, "bolt", cancel, { id })).data).toEqual({
        cancelGeneration: { cancelled: false },
      });
      goOn();
      expect((await rest()).at(-1)).toMatchObject({ __typename: "ChatCompleted", finishReason: "STOP" });
    },
  );

  it("can be cancelled by its own tenant", async () => {
    const rest = await beginChat("mine");
    const { data } = await askAs(server.url, "acme", cancel, { id: "mine" });
    expect(data).toEqual({ cancelGeneration: { cancelled: true } });
    expect((await rest()).at(-1)).toMatchObject({ finishReason: "CANCELLED" });
  });

  it.each(["mine", "acme/mine"])("is not attached to by asking the same under the id %s", async (generationId) => {
    const rest = await beginChat("mine");
    const goOnWithTheirs = goOn;
    const client = websocketClient(server.url, { connectionParams: { authorization: `Bearer ${keys.bolt}` } });
    const own = chatByWebsocket(client, asking("hello", { generationId }));
    await expect.poll(() => inference.numChats).toBe(2);
    goOn();
    expect((await own).map((event) => event.generationId)).toEqual((await own).map(() => generationId));
    goOnWithTheirs();
    expect((await rest()).every((event) => event.generationId === "mine")).toBe(true);
    await client.dispose();
  });
});

describe("what the server does for others", () => {
  const watch = "{ scheduler { devices { id models { running } } } }";

  it("is for admins to see", async () => {
    expect((await askAs(server.url, "bolt", watch)).codes).toEqual(["FORBIDDEN"]);
    expect((await askAs(server.url, "reader", watch)).codes).toEqual(["FORBIDDEN"]);
    expect((await askAs(server.url, "admin", watch)).codes).toEqual([]);
  });

  it("is for them alone as it goes on, too", async () => {
    const query = "subscription { scheduler { devices { id } } }";
    const client = websocketClient(server.url, { connectionParams: { authorization: `Bearer ${keys.bolt}` } });
    const refused = resultsBy(client, query).next();
    await expect(refused).rejects.toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
    await client.dispose();
  });
});
