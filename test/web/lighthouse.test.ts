import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import lighthouse, { desktopConfig, type Flags } from "lighthouse";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type RealServer } from "../acceptance/support/server.ts";
import { launchBrowser } from "../src/browser.ts";

const results = join(import.meta.dirname, "../../test-results/web");
const categories = ["performance", "accessibility", "best-practices"] as const;
const LEAST = 0.95;
/** On a busy machine the first may be slow for what else runs. */
const TRIES = 3;

let server: RealServer;
let browser: Browser | undefined;
let port: number;
beforeAll(async () => {
  mkdirSync(results, { recursive: true });
  port = await freePort();
  [server, browser] = await Promise.all([startServer(), launchBrowser([`--remote-debugging-port=${port}`])]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server[Symbol.asyncDispose]();
});

describe("Lighthouse", () => {
  it.each(["/", "/chat", "/search"])(
    "gives %s no less than 95 for speed, accessibility and good practice",
    async (path) => {
      if (!browser) return;
      const best = await bestOf(TRIES, path);
      expect(best).toEqual(categories.map((name) => [name, expect.any(Number) as number]));
      for (const [name, score] of best) expect(score, `${path}: ${name}`).toBeGreaterThanOrEqual(LEAST);
    },
    240_000,
  );
});

type Scores = readonly (readonly [string, number])[];

async function bestOf(tries: number, path: string): Promise<Scores> {
  const scores = await scoresOf(path);
  if (tries === 1 || scores.every(([, score]) => score >= LEAST)) return scores;
  return bestOf(tries - 1, path);
}

async function scoresOf(path: string): Promise<Scores> {
  const flags: Flags = { port, output: "json", logLevel: "error", onlyCategories: [...categories] };
  const result = await lighthouse(`${server.url}${path}`, flags, desktopConfig);
  if (result === undefined) throw new Error("Lighthouse had nothing to say.");
  writeFileSync(join(results, `lighthouse${path.replace("/", "-")}.json`), String(result.report));
  return categories.map((name) => [name, result.lhr.categories[name]!.score ?? 0]);
}

async function freePort(): Promise<number> {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port: free } = taken.address() as AddressInfo;
  taken.close();
  await once(taken, "close");
  return free;
}
