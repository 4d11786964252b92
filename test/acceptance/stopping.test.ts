import { describe, expect, it } from "vitest";
import { captionAnew, loadOf } from "./support/load.ts";
import { drawScenes, endingOf } from "./support/pictures.ts";
import { RealServer, startServer } from "./support/server.ts";
import { open } from "./support/sockets.ts";
import { eventually } from "./support/wait.ts";

/** How long the server lets what runs go on. */
const graceMs = 5_000;
const options = { minTokens: 60, maxTokens: 60 };

describe("a server that is told to stop", () => {
  it("answers what runs, takes nothing new, waits for no idle connection, and ends whole with 0", async () => {
    await using server = await startServer();
    const { url } = server;
    const scenes = await drawScenes(6);
    const idle = open(url);
    const asked = Promise.all(scenes.map((scene) => captionAnew(url, scene, options)));
    await eventually("all of it waits or runs", async () => {
      const { running, queued } = await loadOf(url, "demo-blip-caption");
      return running + queued === scenes.length ? true : undefined;
    });
    server.kill("SIGTERM");
    await eventually("the port is closed", () => isClosed(url), 5_000);
    for (const { scene, text, codes } of await asked) {
      expect(codes).toEqual([]);
      expect(text).toContain(endingOf(scene.ground));
    }
    const answered = performance.now();
    expect(await server.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - answered).toBeLessThan(graceMs - 500);
    expect(server.processes()).toEqual([]);
    idle.destroy();
  });

  it("ends also while its models are being loaded", async () => {
    await using server = new RealServer({});
    await eventually("it listens", () => /http:/.exec(server.output)?.[0]);
    server.kill("SIGINT");
    expect((await server.exit).code).toBe(0);
    expect(server.processes()).toEqual([]);
  });
});

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
