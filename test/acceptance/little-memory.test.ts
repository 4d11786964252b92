import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { textOf, type ChatEvent } from "../chat/events.ts";
import { resultsBySse } from "../chat/sse.ts";
import { ask } from "./support/graph.ts";
import { caption, captionText, inBase64 } from "./support/operations.ts";
import { drawScene, endingOf, type Scene } from "./support/pictures.ts";
import { startServer, type RealServer } from "./support/server.ts";
import { eventually } from "./support/wait.ts";
import { modelStates, statesOf, untilStates } from "./support/states.ts";

const models = ["demo-llava", "demo-blip-caption", "demo-blip-vqa", "demo-blip2-opt"];
const tokens = 200;

let scene: Scene;
beforeAll(async () => {
  scene = await drawScene("green", 1);
});

/** Room for the first two, for any other of the first three beside one of them, and not for the last. */
const little = { MEMORY: "1020MiB", DTYPE: "float32", MODELS: models.join(",") };

function vqa(url: string): Promise<{ readonly codes: readonly string[]; readonly data: { readonly vqa: unknown } }> {
  const query = `query ($image: ImageInput!) { vqa(image: $image, question: "what color is the background?", model: "demo-blip-vqa") { text } }`;
  return ask(url, query, { variables: { image: inBase64(scene.png) } });
}

/** What the model says to a picture, at length; `onDelta` is told of each piece as it comes. */
async function chat(url: string, onDelta: () => void = () => undefined): Promise<string> {
  const message = { role: "USER", text: "what is in the picture?", images: [inBase64(scene.png)] };
  const options = { minTokens: tokens, maxTokens: tokens };
  const events: ChatEvent[] = [];
  for await (const { data } of resultsBySse(url, { model: "demo-llava", messages: [message], options })) {
    events.push(data!.chat);
    if (data!.chat.__typename === "ChatDelta") onDelta();
  }
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, seq) => seq));
  expect(events.at(-1)).toMatchObject({ __typename: "ChatCompleted", completionTokens: tokens });
  return textOf(events);
}

describe("where memory does not do for all", () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startServer({ env: little });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it("as many are loaded as fit, one waits to be asked for, and one is refused with the sum", async () => {
    const states = await modelStates(server.url);
    expect(states.map(({ name, state }) => [name, state])).toEqual([
      ["demo-llava", "READY"],
      ["demo-blip-caption", "READY"],
      ["demo-blip-vqa", "UNLOADED"],
      ["demo-blip2-opt", "FAILED"],
    ]);
    const sum =
      /^it needs 20\.6 MiB of weights, 576 MiB of keys and values, .* for its passes, beside .*: 1\.2\d GiB; /;
    expect(states[3]!.failure).toMatch(sum);
    expect(states[3]!.failure).toContain("the budget is 1020 MiB. Raise --memory, lower --kv-cache");
  });

  it.runIf(process.platform === "linux")("what the passes of the loaded ones take is measured", async () => {
    const memory = await eventually("the loaded ones are measured", async () => {
      const all = (await modelStates(server.url)).map(({ memory }) => memory!);
      return all[0]!.isMeasured && all[1]!.isMeasured ? all : undefined;
    });
    expect(memory.map(({ isMeasured }) => isMeasured)).toEqual([true, true, false, false]);
    for (const { passes } of memory) expect(passes).toBeLessThan(100 * 2 ** 20);
  });

  it("what is asked of the one that is refused fails with the sum", async () => {
    const { errors } = await caption(server.url, inBase64(scene.png), { variables: { model: "demo-blip2-opt" } });
    expect(errors[0]).toMatchObject({ extensions: { code: "MODEL_UNAVAILABLE" } });
    expect(errors[0]!.message).toContain("576 MiB of keys and values");
  });

  it("the server is ready with an unloaded model, not with a refused one", async () => {
    const response = await fetch(`${server.url}/ready`);
    expect(await response.json()).toMatchObject({ ready: false, missing: ["demo-blip2-opt"] });
  });

  it("one that is asked for takes the place of an idle one; a chat of another goes on with the same text", async () => {
    const undisturbed = await chat(server.url);
    const [first] = server.workerPids();
    let answer: ReturnType<typeof vqa> | undefined;
    const disturbed = await chat(server.url, () => void (answer ??= vqa(server.url)));
    expect(await answer).toMatchObject({ codes: [], data: { vqa: { text: "green" } } });
    expect(disturbed).toBe(undisturbed);
    expect(server.workerPids()).not.toContain(first);
    expect(await statesOf(server.url)).toEqual(["READY", "UNLOADED", "READY", "FAILED"]);
    expect(server.output).not.toContain("died");
  });

  it("both ways, for as many as ask at once", async () => {
    const asked = Array.from({ length: 6 }, (_, i) =>
      i % 2 === 0 ? captionText(server.url, scene.png) : vqa(server.url),
    );
    for (const [i, answer] of (await Promise.all(asked)).entries()) {
      if (i % 2 === 0) expect(answer).toContain(endingOf("green"));
      else expect(answer).toMatchObject({ codes: [], data: { vqa: { text: "green" } } });
    }
  });
});

describe("with a time for idle models", () => {
  let server: RealServer;
  beforeAll(async () => {
    const pinned = { PIN: "demo-blip-caption", IDLE_UNLOAD_MS: "3000" };
    server = await startServer({ env: { ...little, ...pinned, MODELS: models.slice(0, 2).join(",") } });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it("one that nobody asks for is unloaded; one that is pinned stays", async () => {
    await untilStates(server.url, ["UNLOADED", "READY"]);
    expect(await captionText(server.url, scene.png)).toContain(endingOf("green"));
    const response = await fetch(`${server.url}/ready`);
    expect(response.status).toBe(200);
  });

  it("it is loaded again for whoever asks, in the worker that runs", async () => {
    const pids = server.workerPids();
    expect(await chat(server.url)).not.toBe("");
    expect(await statesOf(server.url)).toEqual(["READY", "READY"]);
    expect(server.workerPids()).toEqual(pids);
  });
});
