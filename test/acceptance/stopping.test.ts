import { describe, expect, it } from "vitest";
import { loadOf } from "./support/load.ts";
import { askAbout, type Said } from "./support/operations.ts";
import { drawScenes, endingOf } from "./support/pictures.ts";
import { RealServer, startServer } from "./support/server.ts";
import { open } from "./support/sockets.ts";
import { eventually } from "./support/wait.ts";

const options = "{ minTokens: 100, maxTokens: 100, beams: 6 }";
const model = "demo-blip-caption";

describe("a server that is told to stop", () => {
  it("answers what runs, takes nothing new, waits for no idle connection, and ends whole with 0", async () => {
    await using server = await startServer();
    const { url } = server;
    const scenes = await drawScenes(4);
    const idle = open(url);
    const fields = scenes.map((_, i) => `c${i}: caption(image: $p${i}, options: ${options}) { text }`);
    const pictures = Object.fromEntries(scenes.map((scene, i) => [`p${i}`, scene]));
    const asked = askAbout<Record<string, Said>>(url, fields.join("\n"), pictures);
    await eventually(
      "captions are decoded",
      async () => ((await loadOf(url, model)).running > 0 ? true : undefined),
      5_000,
    );
    server.kill("SIGTERM");
    await eventually("the port is closed", () => isClosed(url), 5_000);
    const said = await asked;
    scenes.forEach(({ ground }, i) => expect(said[`c${i}`]!.text).toContain(endingOf(ground)));
    const answered = performance.now();
    expect(await server.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - answered).toBeLessThan(2_000);
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
