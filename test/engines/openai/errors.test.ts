import { afterEach, describe, expect, it } from "vitest";
import { settingsOf } from "../../../engines/openai/options.ts";
import { errorOf, retryAfterOf } from "../../../engines/openai/server-errors.ts";
import { asInferenceError, type ErrorCode } from "../../../inference/index.ts";
import { event } from "./fake-server.ts";
import { chatTask, closeAll, openEngine, startServer, until } from "./support.ts";

afterEach(closeAll);

const refusals: readonly [number, unknown, ErrorCode][] = [
  [
    400,
    { error: { type: "exceed_context_size_error", message: "request (2443 tokens) exceeds it" } },
    "PROMPT_TOO_LONG",
  ],
  [
    400,
    { error: { message: "This model's maximum context length is 4096 tokens. However, you requested" } },
    "PROMPT_TOO_LONG",
  ],
  [400, { message: "The input (9 tokens) is longer than the model's context length (8 tokens)." }, "PROMPT_TOO_LONG"],
  [413, "<html>", "PROMPT_TOO_LONG"],
  [400, { error: { message: "Failed to load image or audio file" } }, "IMAGE_UNREADABLE"],
  [400, { error: { message: "cannot identify image file" } }, "IMAGE_UNREADABLE"],
  [422, { error: { message: "stop is too long" } }, "BAD_USER_INPUT"],
  [401, { error: { message: "Incorrect API key provided: sk-secret" } }, "MODEL_UNAVAILABLE"],
  [403, "", "MODEL_UNAVAILABLE"],
  [404, { error: { message: "The model `x` does not exist." } }, "MODEL_UNAVAILABLE"],
  [302, "", "MODEL_UNAVAILABLE"],
  [500, { error: { message: "CUDA error" } }, "MODEL_UNAVAILABLE"],
  [503, { error: { message: "Loading model" } }, "OVERLOADED"],
  [429, "", "OVERLOADED"],
];

describe("a server's refusal", () => {
  it.each(refusals)("of %d, %j, is %s", (status, body, code) => {
    const error = errorOf({ status, body });
    expect(error.code).toBe(code);
    if (code === "MODEL_UNAVAILABLE") expect(error.message).not.toMatch(/secret|CUDA|does not exist/);
  });

  it("passes on only so many of its words", () => {
    const { message } = errorOf({ status: 400, body: { error: { message: `no\n\n${"x".repeat(9999)}` } } });
    expect(message).toHaveLength("The model's server refuses this: ".length + 300);
    expect(errorOf({ status: 400, body: "not JSON" }).message).toBe("The model's server refuses this: it answers 400");
  });

  it("says when to come back, within reason", () => {
    const now = Date.parse("2026-01-01T00:00:00Z");
    expect(retryAfterOf("7", now)).toBe(7_000);
    expect(retryAfterOf("Thu, 01 Jan 2026 00:00:05 GMT", now)).toBe(5_000);
    expect(retryAfterOf("soon", now)).toBeUndefined();
    const waits = [undefined, -5, 7_000, 1e12].map((retryAfterMs) => errorOf({ status: 429, body: "", retryAfterMs }));
    expect(waits.map(({ retryAfterMs }) => retryAfterMs)).toEqual([1_000, 100, 7_000, 3_600_000]);
  });

  it("comes through, and is not asked for twice", async () => {
    const server = await startServer();
    server.behave = (nth) =>
      [
        { status: 429, headers: { "retry-after": "3" }, body: "slow down" },
        { status: 500, body: JSON.stringify({ error: { message: "at /srv/models" } }) },
        { raw: [event({ error: { code: 400, message: "the maximum context length is 8" } })] },
        { raw: [event({ error: "odd" })] },
        { raw: ["data: <html>\n\n"] },
        { raw: [event({ choices: [{ delta: {}, finish_reason: "content_filter" }] })] },
        { raw: [`data: ${"x".repeat(2 ** 21)}`] },
        { status: 307, headers: { location: "http://127.0.0.1:1/" } },
      ][nth];
    const { engine } = await openEngine(server.url);
    const errors = [];
    for (let i = 0; i < 8; i++) errors.push(await engine.submit(chatTask("a")).catch(asInferenceError));
    expect(errors).toMatchObject([
      { code: "OVERLOADED", retryAfterMs: 3_000 },
      { code: "MODEL_UNAVAILABLE", message: "The model's server cannot answer: it answers 500." },
      { code: "PROMPT_TOO_LONG" },
      { code: "MODEL_UNAVAILABLE" },
      { code: "MODEL_UNAVAILABLE", message: "The model's server sends what is no answer." },
      { code: "MODEL_UNAVAILABLE", message: "The model's server ended the answer: content_filter." },
      { code: "MODEL_UNAVAILABLE", message: "The model's server sends a line of more than 1048576 characters." },
      { code: "MODEL_UNAVAILABLE", message: "The model's server cannot answer: it answers 307." },
    ]);
    expect(server.asked).toHaveLength(8);
    await until(() => server.numRunning === 0, 500);
  });
});

describe("the key", () => {
  it("goes with every request, and into no message", async () => {
    const server = await startServer({ key: "sk-secret" });
    const { engine } = await openEngine(server.url, { key: "sk-secret" });
    await engine.submit(chatTask("a"));
    const wrong = await openEngine(server.url, { key: "sk-wrong" });
    const [model] = wrong.engine.models();
    expect(model).toMatchObject({ state: "FAILED", failure: expect.stringContaining("refuses the key") as string });
    const refused = await wrong.engine.submit(chatTask("a")).catch(asInferenceError);
    expect(refused).toMatchObject({ code: "MODEL_UNAVAILABLE" });
    expect(JSON.stringify([wrong.logged, wrong.engine.models(), refused])).not.toContain("sk-");
  });

  it("is no part of an address", () => {
    const log = (): void => undefined;
    for (const url of ["http://me:key@host/v1", "http://host/v1?key=k", "ftp://host/v1", "host:80"]) {
      expect(() => settingsOf({ url, name: "chatty", log })).toThrow("the server's address must");
    }
  });
});
