import { print } from "graphql";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { InferenceError, type ResultOf, type SubmitOptions, type Task } from "../../inference/index.ts";
import { model } from "../gallery/fake-inference.ts";
import {
  CompareDocument,
  CompareStreamDocument,
  type CompareStreamQueryVariables,
} from "../../examples/clients/generated/graphql.ts";
import { partsOf, streamingTypes, type ResultPart } from "./incremental.ts";
import { TalkingInference } from "./talking-inference.ts";
import { ask, inBase64, startTestServer, type TestServer } from "./test-server.ts";
import { threeFamilies } from "./three-families.ts";

const image = inBase64("cat");

/** Models that answer when the test lets them. */
class WaitingInference extends TalkingInference {
  /** By model: aborted once the server has given its task up. */
  readonly signals = new Map<string, AbortSignal>();
  readonly #answers = new Map<string, () => void>();

  constructor() {
    super(threeFamilies);
    this.before = (task) => new Promise((resolve) => this.#answers.set(modelOf(task), resolve));
  }

  override submit<T extends Task>(task: T, options: SubmitOptions = {}): Promise<ResultOf<T>> {
    if (options.signal) this.signals.set(modelOf(task), options.signal);
    return super.submit(task, options);
  }

  /** Lets the model answer, once it was asked. */
  async answer(name: string): Promise<void> {
    (await vi.waitUntil(() => this.#answers.get(name)))();
  }

  isGivenUp(name: string): boolean | undefined {
    return this.signals.get(name)?.aborted;
  }
}

function modelOf(task: Task): string {
  return "model" in task ? task.model : "none";
}

let server: TestServer<WaitingInference>;
beforeEach(async () => void (server = await startTestServer({ inference: new WaitingInference() })));
afterEach(() => server[Symbol.asyncDispose]());

function comparing(query = print(CompareDocument), variables: object = {}): ReturnType<typeof ask> {
  server.inference.before = () => undefined;
  return ask(server.url, query, { image, ...variables });
}

async function textsOf(answer: ReturnType<typeof ask>): Promise<readonly (readonly [string, string | null])[]> {
  const { data, errors } = await answer;
  expect(errors).toEqual([]);
  const entries = data!.compare as { model: { name: string }; text: string | null }[];
  return entries.map(({ model: { name }, text }) => [name, text]);
}

describe("a comparison", () => {
  it("without a question has each family describe the picture", async () => {
    expect(await textsOf(comparing())).toEqual([
      ["blip-caption", "cat"],
      ["blip2", "cat"],
      ["llava", "cat"],
    ]);
  });

  it("with a question has each family answer it", async () => {
    expect(await textsOf(comparing(undefined, { question: "what?" }))).toEqual([
      ["blip-vqa", "what? cat"],
      ["blip2", "what? cat"],
      ["llava", "what? cat"],
    ]);
  });

  it("takes families and then models, each once, in the order in which they were asked for", async () => {
    const query = `query ($image: ImageInput!) {
      compare(image: $image, families: [LLAVA, BLIP, LLAVA], models: ["blip2", "blip-caption"]) { model { name } text }
    }`;
    const names = (await textsOf(comparing(query))).map(([name]) => name);
    expect(names).toEqual(["llava", "blip-caption", "blip2"]);
  });

  it("hands all models the same bytes at once", async () => {
    const answer = ask(server.url, print(CompareDocument), { image });
    await expect.poll(() => server.inference.signals.size).toBe(3);
    const images = server.inference.tasks.map((task) => ("image" in task ? task.image : undefined));
    expect(new Set(images).size).toBe(1);
    for (const name of ["llava", "blip2", "blip-caption"]) await server.inference.answer(name);
    await textsOf(answer);
  });

  it("gives each model its own error, and the others their texts", async () => {
    server.inference.served.push(
      model("broken", { tasks: ["CAPTION"], state: "FAILED", failure: "config.json is gone" }),
    );
    const query = `query ($image: ImageInput!) {
      compare(image: $image, families: [BLIP], models: ["blip2", "broken", "blip-retrieval", "llava"]) {
        text error { code message } timing { totalMs }
      }
    }`;
    server.inference.before = (task) => {
      if (modelOf(task) === "blip2") throw new InferenceError("OVERLOADED", "too many");
      if (modelOf(task) === "llava") throw new TypeError("the secret is 42");
    };
    const { data, errors } = await ask(server.url, query, { image });
    expect(errors).toEqual([]);
    expect(data!.compare).toMatchObject([
      { text: "cat", error: null, timing: { totalMs: expect.any(Number) as number } },
      { text: null, error: { code: "OVERLOADED", message: "too many" }, timing: null },
      { error: { code: "MODEL_UNAVAILABLE", message: expect.stringContaining("config.json is gone") as string } },
      { error: { code: "UNSUPPORTED_TASK", message: expect.stringContaining("MATCH, EMBED") as string } },
      { error: { code: "INTERNAL_SERVER_ERROR", message: expect.not.stringContaining("secret") as string } },
    ]);
    expect(server.errors).toHaveLength(1);
  });

  it("of what is no picture says so for each model", async () => {
    const { data, errors } = await comparing(undefined, { image: { base64: "AAAA" } });
    expect(errors).toEqual([]);
    const codes = (data!.compare as { error: { code: string } }[]).map(({ error }) => error.code);
    expect(codes).toEqual(["IMAGE_UNREADABLE", "IMAGE_UNREADABLE", "IMAGE_UNREADABLE"]);
  });

  it.each([
    ["an empty question", 'question: " "', "BAD_USER_INPUT", "question must not be empty."],
    ["no families", "families: []", "BAD_USER_INPUT", "families must not be empty."],
    ["a wrong option", "options: { beams: 99 }", "BAD_USER_INPUT", "options.beams must be between 1 and 16"],
    ["an unknown model", 'models: ["llava", "nobody"]', "MODEL_UNAVAILABLE", 'No model "nobody" is served.'],
  ])("with %s is refused before anything runs", async (_what, argument, code, message) => {
    const { codes, errors } = await comparing(
      `query ($image: ImageInput!) { compare(image: $image, ${argument}) { text } }`,
    );
    expect(codes).toEqual([code]);
    expect(errors[0]!.message).toContain(message);
    expect(server.inference.tasks).toEqual([]);
  });
});

describe.each(streamingTypes)("a comparison that streams over %s", (accept) => {
  function start(variables: Partial<CompareStreamQueryVariables> = {}, signal?: AbortSignal): Promise<Response> {
    return fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { accept, "content-type": "application/json" },
      body: JSON.stringify({ query: print(CompareStreamDocument), variables: { image, ...variables } }),
      ...(signal && { signal }),
    });
  }

  async function next(parts: AsyncGenerator<ResultPart>): Promise<ResultPart> {
    const next = await parts.next();
    if (next.done === true) throw new Error("the answer is over");
    return next.value;
  }

  it("gives each answer when it is ready", async () => {
    const response = await start();
    expect(response.headers.get("content-type")).toContain(accept);
    const parts = partsOf(response);
    expect(await next(parts)).toEqual({ data: { compare: [] }, hasNext: true });
    for (const [i, name] of ["llava", "blip-caption", "blip2"].entries()) {
      await server.inference.answer(name);
      const part: ResultPart = await next(parts);
      expect(part.incremental).toMatchObject([{ path: ["compare", i], items: [{ model: { name }, text: "cat" }] }]);
    }
    expect(await next(parts)).toEqual({ hasNext: false });
    expect((await parts.next()).done).toBe(true);
  });

  it("gives one model's error in its place, and goes on", async () => {
    const parts = partsOf(await start({ models: ["blip-retrieval", "llava"] }));
    await next(parts);
    const failed = await next(parts);
    expect(failed.incremental).toMatchObject([{ items: [{ text: null, error: { code: "UNSUPPORTED_TASK" } }] }]);
    await server.inference.answer("llava");
    expect((await next(parts)).incremental).toMatchObject([{ items: [{ text: "cat", error: null }] }]);
  });

  it("refuses a wrong argument as an error with a code", async () => {
    const parts = partsOf(await start({ question: "" }));
    expect(await next(parts)).toMatchObject({ data: null, errors: [{ extensions: { code: "BAD_USER_INPUT" } }] });
  });

  it("gives up what still runs when its client leaves in the middle", async () => {
    const leaving = new AbortController();
    const parts = partsOf(await start({}, leaving.signal));
    await next(parts);
    await server.inference.answer("blip2");
    await next(parts);
    const givenUp = (): unknown[] => ["llava", "blip-caption"].map((name) => server.inference.isGivenUp(name));
    expect(givenUp()).toEqual([false, false]);
    leaving.abort();
    await expect(parts.next()).rejects.toThrow();
    await expect.poll(givenUp).toEqual([true, true]);
    expect(server.errors).toEqual([]);
  });
});
