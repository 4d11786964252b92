import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inNewBytes, loadOf, loadsOf, type ModelLoad } from "./support/load.ts";
import { caption, expectHealthy, inBase64 } from "./support/operations.ts";
import { drawScenes, type Scene } from "./support/pictures.ts";
import { startServer, type RealServer } from "./support/server.ts";
import { open } from "./support/sockets.ts";
import { eventually } from "./support/wait.ts";

const model = "demo-blip-caption";
const numClients = 20;
/** As much work as one caption can be. */
const options = { minTokens: 120, maxTokens: 120, beams: 8 };
/** From the abort until the scheduler shows nothing any more. */
const soonMs = 3_000;

let server: RealServer;
let scenes: readonly Scene[];
beforeAll(async () => {
  [server, scenes] = await Promise.all([startServer(), drawScenes(numClients)]);
});
afterAll(() => server[Symbol.asyncDispose]());

const busy = ({ queued, running }: ModelLoad): number => queued + running;

describe("twenty clients that leave before their captions are done", () => {
  it("by aborting: their places are free soon, and what they asked for is not computed", async () => {
    const before = await loadOf(server.url, model);
    const leaving = new AbortController();
    const asked = Promise.allSettled(
      scenes.map((scene) =>
        caption(server.url, inBase64(inNewBytes(scene)), { variables: { options }, signal: leaving.signal }),
      ),
    );
    await eventually("most of them wait or run", async () =>
      busy(await loadOf(server.url, model)) >= 15 ? true : undefined,
    );
    leaving.abort();
    expect((await asked).map(({ status }) => status)).toEqual(scenes.map(() => "rejected"));
    await expectFree();
    const after = await loadOf(server.url, model);
    expect(after.decodedTokens - before.decodedTokens).toBeLessThan((numClients * options.maxTokens) / 2);
  });

  it("by closing their sockets, at any moment", async () => {
    const sockets = scenes.map((scene) => {
      const variables = { image: inBase64(inNewBytes(scene)), options };
      const query = `query ($image: ImageInput!, $options: GenerationOptions) { caption(image: $image, options: $options) { text } }`;
      const body = JSON.stringify({ query, variables });
      const head = `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
      const socket = open(server.url).on("error", () => undefined);
      socket.write(head + body);
      return socket;
    });
    for (const socket of sockets) {
      await delay(20);
      socket.destroy();
    }
    await expectFree();
  });

  it("and are not missed: the next are served, and the log says nothing of them", async () => {
    await expectHealthy(server.url);
    expect(server.output).not.toMatch(/unexpected|abort/i);
  });

  async function expectFree(): Promise<void> {
    await eventually(
      "nothing is queued or runs",
      async () => ((await loadsOf(server.url)).every((load) => busy(load) === 0) ? true : undefined),
      soonMs,
    );
  }
});
