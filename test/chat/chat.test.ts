import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ask, inBase64, startTestServer, type TestServer } from "../src/test-server.ts";
import { ChattingInference, wordsOf } from "./chatting-inference.ts";
import { asking, chatQuery, textOf } from "./events.ts";
import { chatBySse } from "./sse.ts";

let server: TestServer<ChattingInference>;
beforeAll(async () => void (server = await startTestServer({ inference: new ChattingInference() })));
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => void (server.inference.before = () => undefined));

describe("a chat over SSE", () => {
  it("is numbered events: queued, started, deltas, completed", async () => {
    const events = await chatBySse(server.url, asking("two grey cats on a sofa"));
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i));
    expect(events.map(({ __typename }) => __typename)).toEqual([
      "ChatQueued",
      "ChatStarted",
      ...wordsOf("two grey cats on a sofa").map(() => "ChatDelta"),
      "ChatCompleted",
    ]);
    expect(events[0]).toMatchObject({ position: 0 });
    expect(events[1]).toMatchObject({ model: { name: "demo-chat" }, promptTokens: 1 });
    expect(events[4]).toMatchObject({ delta: " cats", soFar: "two grey cats" });
    expect(textOf(events)).toBe("two grey cats on a sofa");
    expect(events.at(-1)).toMatchObject({
      text: "two grey cats on a sofa",
      finishReason: "STOP",
      promptTokens: 1,
      completionTokens: 6,
    });
    expect(new Set(events.map(({ generationId }) => generationId)).size).toBe(1);
  });

  it("is found again by its id, after any number, and not generated twice", async () => {
    const input = asking("it is there once", { generationId: "once" });
    const whole = await chatBySse(server.url, input);
    const before = server.inference.numChats;
    for (let after = -1; after < whole.length; after++) {
      expect(await chatBySse(server.url, input, { after })).toEqual(whole.slice(after + 1));
    }
    expect(await chatBySse(server.url, { generationId: "once", messages: [] })).toEqual(whole);
    expect(server.inference.numChats).toBe(before);
  });

  it("shows its pictures to the model, each read once", async () => {
    const image = inBase64("cat");
    const messages = [
      { role: "SYSTEM", text: "be brief" },
      { role: "USER", text: "what is it?", images: [image, image] },
      { role: "ASSISTANT", text: "a cat" },
      { role: "USER", text: "", images: [image] },
    ];
    await chatBySse(server.url, { messages, options: { temperature: 1 } });
    const task = server.inference.tasks.at(-1)!;
    if (task.kind !== "chat") throw new Error("no chat");
    expect(task.messages.map(({ role, images }) => [role, images.length])).toEqual([
      ["SYSTEM", 0],
      ["USER", 2],
      ["ASSISTANT", 0],
      ["USER", 1],
    ]);
    expect(task.messages[1]!.images[0]).toBe(task.messages[3]!.images[0]);
    expect(task.options.seed).toBeTypeOf("number");
  });
});

describe("a chat with an upload", () => {
  const upload = async (content: string): Promise<string> => {
    const body = new FormData();
    const messages = [{ role: "USER", text: "what is it?", images: [{ upload: null }] }];
    const variables = { input: { generationId: "uploaded", messages } };
    body.append("operations", JSON.stringify({ query: chatQuery, variables }));
    body.append("map", JSON.stringify({ 0: ["variables.input.messages.0.images.0.upload"] }));
    body.append("0", new File([content], "cat.png"));
    const headers = { accept: "text/event-stream", "graphql-require-preflight": "1" };
    const text = await (await fetch(`${server.url}/graphql`, { method: "POST", headers, body })).text();
    return text.replaceAll(/^:\n\n/gm, "");
  };

  it("is a multipart request over SSE, found again by the same bytes only", async () => {
    const before = server.inference.numChats;
    const whole = await upload("picture:cat");
    expect(whole).toContain('"ChatCompleted"');
    expect(await upload("picture:cat")).toBe(whole);
    expect(await upload("picture:dog")).toContain("BAD_USER_INPUT");
    expect(server.inference.numChats).toBe(before + 1);
    const task = server.inference.tasks.at(-1)!;
    const bytes = new TextEncoder().encode("picture:cat");
    expect(task.kind === "chat" && task.messages[0]!.images).toEqual([{ bytes }]);
  });
});

describe("a chat that cannot be is an event, the only one", () => {
  const many = (count: number): object[] =>
    Array.from({ length: count }, (_, i) => ({ role: i % 2 === 0 ? "USER" : "ASSISTANT", text: "x" }));
  it.each([
    ["no messages", { messages: [] }, "BAD_USER_INPUT"],
    ["an assistant at the end", { messages: [...many(2)] }, "BAD_USER_INPUT"],
    ["two users in a row", { messages: [...many(1), ...many(1)] }, "BAD_USER_INPUT"],
    ["a system message later", { messages: [...many(2), { role: "SYSTEM", text: "x" }] }, "BAD_USER_INPUT"],
    ["nothing said", asking("  "), "BAD_USER_INPUT"],
    ["too many messages", { messages: many(65) }, "BAD_USER_INPUT"],
    ["a long text", asking("x".repeat(20_001)), "PROMPT_TOO_LONG"],
    [
      "long texts",
      { messages: many(9).map((message) => ({ ...message, text: "x".repeat(8_000) })) },
      "PROMPT_TOO_LONG",
    ],
    [
      "too many pictures",
      { messages: [{ role: "USER", text: "x", images: Array.from({ length: 17 }, () => inBase64("a")) }] },
      "BAD_USER_INPUT",
    ],
    [
      "a picture of the system",
      { messages: [{ role: "SYSTEM", text: "x", images: [inBase64("a")] }, ...many(1)] },
      "BAD_USER_INPUT",
    ],
    ["a bad option", asking("x", { options: { temperature: 3 } }), "BAD_USER_INPUT"],
    ["a long id", asking("x", { generationId: "x".repeat(129) }), "BAD_USER_INPUT"],
    ["an empty id", asking("x", { generationId: "" }), "BAD_USER_INPUT"],
    ["another family", asking("x", { family: "BLIP" }), "UNSUPPORTED_TASK"],
    ["an unknown model", asking("x", { model: "nobody" }), "MODEL_UNAVAILABLE"],
    ["an unknown id to watch", { messages: [], generationId: "nowhere" }, "GENERATION_EXPIRED"],
  ])("%s", async (_what, input, code) => {
    const before = server.inference.tasks.length;
    const [event, ...rest] = await chatBySse(server.url, input);
    expect(rest).toEqual([]);
    expect(event).toMatchObject({ __typename: "ChatFailed", seq: 0, code, retryable: code === "MODEL_UNAVAILABLE" });
    expect(server.inference.tasks.length).toBe(before);
  });

  it("an unknown id to resume, an impossible number, another conversation", async () => {
    expect(await chatBySse(server.url, asking("x", { generationId: "gone" }), { after: 4 })).toMatchObject([
      { __typename: "ChatFailed", seq: 5, code: "GENERATION_EXPIRED", generationId: "gone" },
    ]);
    await chatBySse(server.url, asking("mine", { generationId: "mine" }));
    const failed = { __typename: "ChatFailed", code: "BAD_USER_INPUT" };
    expect(await chatBySse(server.url, asking("mine", { generationId: "mine" }), { after: 99 })).toMatchObject([
      failed,
    ]);
    expect(await chatBySse(server.url, asking("mine"), { after: -2 })).toMatchObject([failed]);
    expect(await chatBySse(server.url, asking("yours", { generationId: "mine" }))).toMatchObject([failed]);
    const other = asking("mine", { generationId: "mine", options: { maxTokens: 3 } });
    expect(await chatBySse(server.url, other, { after: 1 })).toMatchObject([failed]);
  });

  it("a picture that is none, or an unexpected failure, of which only the log hears", async () => {
    const messages = [{ role: "USER", text: "x", images: [{ base64: "" }] }];
    expect((await chatBySse(server.url, { messages })).at(-1)).toMatchObject({ seq: 1, code: "IMAGE_UNREADABLE" });
    server.inference.before = () => Promise.reject(new Error("/secret/path"));
    const events = await chatBySse(server.url, asking("x"));
    expect(events).toMatchObject([{ __typename: "ChatQueued" }, { code: "INTERNAL_SERVER_ERROR", seq: 1 }]);
    expect(JSON.stringify(events)).not.toContain("secret");
    expect(server.errors.at(-1)).toContain("failure");
  });
});

describe("cancelGeneration", () => {
  const cancel = (id: string) =>
    ask(server.url, "mutation ($id: ID!) { cancelGeneration(input: { generationId: $id }) { cancelled } }", { id });

  it("is false for what has ended or is not known", async () => {
    await chatBySse(server.url, asking("done", { generationId: "done" }));
    for (const id of ["done", "unknown"]) {
      expect((await cancel(id)).data).toEqual({ cancelGeneration: { cancelled: false } });
    }
  });
});
