import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { asking, type ChatEvent } from "../chat/events.ts";
import { chatBySse } from "../chat/sse.ts";
import { loadOf } from "./support/load.ts";
import { askAbout, caption, inBase64, type Said } from "./support/operations.ts";
import { drawScenes, endingOf } from "./support/pictures.ts";
import { isAlive } from "./support/processes.ts";
import { RealServer, startServer } from "./support/server.ts";
import { open } from "./support/sockets.ts";
import { eventually } from "./support/wait.ts";

const model = "demo-blip-caption";

/** Four long captions, asked for in one document, once they are being decoded. */
async function startCaptions({ url }: RealServer, tokens = 100): Promise<{ readonly answered: Promise<void> }> {
  const options = `{ minTokens: ${tokens}, maxTokens: ${tokens}, beams: 6 }`;
  const scenes = await drawScenes(4);
  const fields = scenes.map((_, i) => `c${i}: caption(image: $p${i}, options: ${options}) { text }`);
  const pictures = Object.fromEntries(scenes.map((scene, i) => [`p${i}`, scene]));
  const asked = askAbout<Record<string, Said>>(url, fields.join("\n"), pictures);
  const answered = asked.then((said) => {
    scenes.forEach(({ ground }, i) => expect(said[`c${i}`]!.text).toContain(endingOf(ground)));
  });
  const running = async () => ((await loadOf(url, model)).running > 0 ? true : undefined);
  await Promise.race([answered, eventually("captions are decoded", running, 5_000)]);
  return { answered };
}

describe("a server that is told to stop", () => {
  it("answers what runs, takes nothing new, waits for no idle connection, and ends whole with 0", async () => {
    await using server = await startServer();
    const idle = open(server.url);
    const { answered } = await startCaptions(server);
    server.kill("SIGTERM");
    await answered;
    const since = performance.now();
    expect(await server.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - since).toBeLessThan(2_000);
    expect(server.processes()).toEqual([]);
    idle.destroy();
  });

  it("says at once that it is not ready, and refuses what is new with a code, while it answers what runs", async () => {
    await using server = await startServer();
    const { url } = server;
    const [scene] = await drawScenes(1);
    let isAnswered = false;
    const { answered } = await startCaptions(server, 300);
    const done = answered.then(() => (isAnswered = true));
    server.kill("SIGTERM");
    await delay(100);
    const ready = await fetch(`${url}/ready`);
    expect([ready.status, ready.headers.get("connection")]).toEqual([503, "close"]);
    expect(await ready.json()).toMatchObject({ ready: false, missing: [], stopping: true });
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(await caption(url, inBase64(scene!.png))).toMatchObject({ status: 503, codes: ["MODEL_UNAVAILABLE"] });
    expect(isAnswered).toBe(false);
    await done;
    expect(await server.exit).toEqual({ code: 0, signal: null });
    expect(await isClosed(url)).toBe(true);
  });

  it("answers what runs also where all its processes are told", async () => {
    await using server = await startServer();
    const { answered } = await startCaptions(server);
    process.kill(-server.pid, "SIGTERM");
    await answered;
    expect(await server.exit).toEqual({ code: 0, signal: null });
    expect(server.output).not.toContain("worker died");
  });

  it("tells streams that take longer than they may where they are cut", async () => {
    await using server = await startServer({ args: ["--models", "demo-llava", "--drain", "200"] });
    const input = asking("what is in the picture?", { options: { minTokens: 400, maxTokens: 400 } });
    const chat = chatBySse(server.url, input);
    await eventually("it is streamed", async () => ((await decoded(server)) > 0 ? true : undefined), 5_000);
    const since = performance.now();
    server.kill("SIGTERM");
    const events = await chat;
    expectCut(events);
    expect(await server.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - since).toBeLessThan(200 + 2_500);
    expect(server.processes()).toEqual([]);
  });

  it("tells whoever waits longer than it does, and ends within the limit though its worker hangs", async () => {
    await using server = await startServer({ args: ["--drain", "500"] });
    const [scene] = await drawScenes(1);
    process.kill(server.workerPids()[0]!, "SIGSTOP");
    const asked = caption(server.url, inBase64(scene!.png));
    await delay(200);
    const since = performance.now();
    server.kill("SIGTERM");
    expect(await asked).toMatchObject({ status: 200, codes: ["MODEL_UNAVAILABLE"] });
    expect(await server.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - since).toBeLessThan(500 + 3_500);
    expect(server.processes()).toEqual([]);
  });

  it("ends at once when it is told again, and sooner for Ctrl-C", async () => {
    await using server = await startServer();
    const [scene] = await drawScenes(1);
    process.kill(server.workerPids()[0]!, "SIGSTOP");
    const asked = caption(server.url, inBase64(scene!.png)).catch((error: unknown) => error);
    await delay(200);
    server.kill("SIGINT");
    await eventually("it says how long it waits", () => /has 5 s to end/.exec(server.output)?.[0]);
    await delay(1_100);
    const since = performance.now();
    server.kill("SIGTERM");
    await eventually("it is gone", () => (isAlive(server.pid) ? undefined : true));
    expect(performance.now() - since).toBeLessThan(1_000);
    expect(await server.exit).toEqual({ code: 1, signal: null });
    expect(await asked).toBeInstanceOf(Error);
  });

  it("ends also while its models are being loaded", async () => {
    await using server = new RealServer({});
    await eventually("it listens", () => /http:/.exec(server.output)?.[0]);
    server.kill("SIGINT");
    expect((await server.exit).code).toBe(0);
    expect(server.processes()).toEqual([]);
  });
});

async function decoded({ url }: RealServer): Promise<number> {
  return (await loadOf(url, "demo-llava")).decodedTokens;
}

/** The last event says that the server stops, and after which event; none is missing. */
function expectCut(events: readonly ChatEvent[]): void {
  const [last, before] = [events.at(-1)!, events.at(-2)!];
  expect(before.__typename).toBe("ChatDelta");
  expect(last).toMatchObject({ __typename: "ChatFailed", code: "MODEL_UNAVAILABLE", retryable: true });
  expect(last).toHaveProperty("message", expect.stringContaining(`cut after event ${before.seq}.`));
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i));
}

/** True once nobody can connect any more. */
function isClosed(url: string): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = open(url);
    socket.on("connect", () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.on("error", () => resolve(true));
  });
}
