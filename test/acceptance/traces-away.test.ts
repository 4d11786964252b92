import { createServer, type Server } from "node:net";
import { describe, expect, it } from "vitest";
import { ask } from "./support/graph.ts";
import { startServer } from "./support/server.ts";
import { eventually } from "./support/wait.ts";

/** A collector's own patience is ten seconds: who waits for it ends later. */
const patienceMs = 8_000;
const complaint = /Traces cannot be sent to http:\/\/127\.0\.0\.1:\d+ \(.+\)/g;

describe("a server whose collector is away", () => {
  it("answers, says so once, and ends without it", async () => {
    const args = ["--models", "demo-blip-caption", "--traces", "http://127.0.0.1:1"];
    await using server = await startServer({ args, env: { OTEL_EXPORTER_OTLP_TIMEOUT: "500" } });
    while (complaints(server.output) === 0) expect((await ask(server.url, "{ models { name } }")).errors).toEqual([]);
    expect((await ask(server.url, "{ models { name } }")).errors).toEqual([]);
    server.kill("SIGTERM");
    expect(await server.exit).toEqual({ code: 0, signal: null });
    expect(complaints(server.output)).toBe(1);
  });

  it("waits for one that says nothing no longer than for any", async () => {
    const { collector, url, asked } = await startSilent();
    await using server = await startServer({ args: ["--models", "demo-blip-caption", "--traces", url] });
    await ask(server.url, "{ models { name } }");
    await eventually("a span is sent", () => (asked() > 0 ? true : undefined));
    await ask(server.url, "{ models { name } }");
    const since = performance.now();
    server.kill("SIGTERM");
    expect(await server.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - since).toBeLessThan(patienceMs);
    collector.close();
  });

  it("is not begun with a URL that is none", async () => {
    const started = startServer({ args: ["--traces", "collector:4318"] });
    await expect(started).rejects.toThrow(/--traces \(or TRACES\) must be a URL such as "http:.*"collector:4318"/);
  });
});

function complaints(output: string): number {
  return [...output.matchAll(complaint)].length;
}

/** Takes connections, and reads no request. */
async function startSilent(): Promise<{ collector: Server; url: string; asked: () => number }> {
  let numAsked = 0;
  const collector = createServer((socket) => {
    numAsked += 1;
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => void collector.listen(0, "127.0.0.1", resolve));
  const address = collector.address();
  if (address === null || typeof address === "string") throw new Error("it listens on a port");
  return { collector, url: `http://127.0.0.1:${address.port}`, asked: () => numAsked };
}
