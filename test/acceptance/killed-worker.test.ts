import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { maxRequests } from "../../src/worker-config.ts";
import { ask, type Answer } from "./support/graph.ts";
import { captionAnew, loadsOf, runClients, type Outcome } from "./support/load.ts";
import { expectHealthy, inBase64 } from "./support/operations.ts";
import { drawScenes, endingOf, type Scene } from "./support/pictures.ts";
import { isAlive } from "./support/processes.ts";
import { startServer, type RealServer } from "./support/server.ts";
import { eventually } from "./support/wait.ts";

const deadlineMs = 8_000;
/** From the deadline until the client has the answer, on a busy machine. */
const slackMs = 3_000;
/** Who is refused is told to wait at least so long. */
const leastRetryMs = 100;

let server: RealServer;
let scenes: readonly Scene[];
beforeAll(async () => {
  const env = { REQUEST_TIMEOUT_MS: String(deadlineMs) };
  [server, scenes] = await Promise.all([startServer({ env }), drawScenes(numClients)]);
});
afterAll(() => server[Symbol.asyncDispose]());

const numClients = 24;

describe("a worker killed with SIGKILL, twice, while 24 clients ask", () => {
  const pids: number[] = [];
  let outcomes: readonly Outcome[];
  let numAnswered = 0;

  beforeAll(async () => {
    const stop = new AbortController();
    const running = runClients(
      scenes.map((scene) => [scene]),
      stop.signal,
      captionOf,
    );
    for (let kills = 0; kills < 2; kills++) {
      // Time for what the last one's death has interrupted: what two deaths interrupt is not repeated.
      await answers(numClients);
      pids.push(await anotherWorker());
      process.kill(pids.at(-1)!, "SIGKILL");
    }
    pids.push(await anotherWorker());
    await answers(numClients);
    stop.abort();
    outcomes = (await running).flat();
  });

  it("each request answers truly or fails with a code, within its deadline", () => {
    for (const { scene, text, codes, ms } of outcomes) {
      if (text === undefined) expect(["MODEL_UNAVAILABLE", "DEADLINE_EXCEEDED", "OVERLOADED"]).toContain(codes[0]);
      else expect(text).toContain(endingOf(scene.ground));
      expect(ms).toBeLessThan(deadlineMs + slackMs);
    }
  });

  it("those that one worker's death interrupts are repeated: most answer", () => {
    const failed = outcomes.flatMap(({ codes }) => codes.slice(0, 1));
    // Each death interrupts up to as many as there are clients.
    expect(failed.length, failed.join(" ")).toBeLessThan(numClients);
    expect(server.output).toContain("The inference worker died (SIGKILL); another is started.");
  });

  it("the next requests are answered, and nothing is left of the load", async () => {
    await expectHealthy(server.url);
    // The gallery embeds its examples by itself, again after a kill: that ends too.
    await eventually("nothing is queued and nobody runs", async () => {
      const loads = await loadsOf(server.url);
      return loads.every(({ queued, running }) => queued + running === 0) ? loads : undefined;
    });
  });

  it("one worker is left", () => {
    expect(pids.slice(0, -1).filter(isAlive)).toEqual([]);
    expect(server.workerPids()).toEqual(pids.slice(-1));
  });

  async function captionOf(scene: Scene): Promise<Outcome> {
    const outcome = await captionAnew(server.url, scene);
    if (outcome.text !== undefined) numAnswered += 1;
    if (outcome.codes.includes("OVERLOADED")) await setTimeout(leastRetryMs);
    return outcome;
  }

  /** Waits for so many more. */
  function answers(more: number): Promise<unknown> {
    const enough = numAnswered + more;
    return eventually("they are answered", () => (numAnswered >= enough ? true : undefined), 30_000);
  }

  /** The worker's process id, once it is one that was not killed yet. */
  function anotherWorker(): Promise<number> {
    return eventually("another worker is there", () => server.workerPids().find((pid) => !pids.includes(pid)));
  }
});

describe("a worker that hangs", () => {
  const aliases = Array.from({ length: 15 }, (_, i) => `a${i}: caption(image: $p) { text }`).join("\n");
  const query = `query ($p: ImageInput!) { ${aliases} }`;
  const numDocuments = 40;
  let answers: readonly (Answer<unknown> & { readonly ms: number })[];

  beforeAll(async () => {
    const [pid] = server.workerPids();
    const variables = { p: inBase64(scenes[0]!.png) };
    process.kill(pid!, "SIGSTOP");
    const asked = Array.from({ length: numDocuments }, async () => {
      const started = performance.now();
      const answer = await ask(server.url, query, { variables });
      return { ...answer, ms: performance.now() - started };
    });
    answers = await Promise.all(asked);
    process.kill(pid!, "SIGCONT");
  });

  it("fails what it has at its deadline", () => {
    const late = answers.filter(({ codes }) => codes.includes("DEADLINE_EXCEEDED"));
    expect(late.length).toBeGreaterThan(0);
    for (const { ms } of late) {
      expect(ms).toBeGreaterThan(deadlineMs - 100);
      expect(ms).toBeLessThan(deadlineMs + slackMs);
    }
  });

  it("refuses at once what is too much for it, saying when to come again", () => {
    const overloaded = answers.flatMap(({ errors }) =>
      errors.filter(({ extensions }) => extensions.code === "OVERLOADED"),
    );
    // No fewer than have no place; how many more, its pace before decides, which others' work on the machine slows.
    expect(overloaded.length).toBeGreaterThanOrEqual(15 * numDocuments - maxRequests);
    expect(overloaded.every(({ extensions }) => Number(extensions.retryAfterMs) > 0)).toBe(true);
    const refused = answers.filter(({ codes }) => codes.every((code) => code === "OVERLOADED"));
    expect(Math.max(...refused.map(({ ms }) => ms))).toBeLessThan(slackMs);
  });

  it("answers nothing meanwhile, and loses nothing", () => {
    const told = new Set(answers.flatMap(({ codes }) => codes));
    expect([...told].sort()).toEqual(["DEADLINE_EXCEEDED", "OVERLOADED"]);
    for (const { codes } of answers) expect(codes).toHaveLength(15);
  });

  it("answers again when it goes on", () => expectHealthy(server.url));
});

it("when the server is told to stop, no process is left", async () => {
  server.kill("SIGTERM");
  expect(await server.exit).toEqual({ code: 0, signal: null });
  await eventually("all processes are gone", () => (server.processes().length === 0 ? true : undefined), 5_000);
});
