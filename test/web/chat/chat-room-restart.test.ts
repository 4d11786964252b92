import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startServer, type RealServer } from "../../acceptance/support/server.ts";
import { launchBrowser } from "../../src/browser.ts";
import { galleryHas } from "../search/support.ts";
import { visit } from "../support/room.ts";
import { makeAnswersLong } from "./long-answers.ts";
import { patience, Talk } from "./talk.ts";

const tokens = 300;

let server: RealServer;
let browser: Browser | undefined;
const dataDirectory = mkdtempSync(join(tmpdir(), "restart-"));
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ dataDirectory }), launchBrowser()]);
  await galleryHas(server.url, 24);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server[Symbol.asyncDispose]();
  rmSync(dataDirectory, { recursive: true, force: true });
});

it("a server that is killed in the middle of an answer and started again: the page says so, and is answered anew", async ({
  skip,
}) => {
  if (!browser) return skip("no browser runs here");
  const { page } = await visit(browser, server.url, "/chat");
  let isKilled = false;
  await makeAnswersLong(page, {
    tokens,
    heard: () => {
      if (!isKilled) server.kill("SIGKILL");
      isKilled = true;
    },
  });
  await page.reload();
  const talk = new Talk(page);
  await talk.button("What is in the picture?").click();
  await page.getByText("Connection lost").waitFor(patience);
  const [port, begun] = [new URL(server.url).port, await talk.text()];
  expect(begun).not.toBe("");
  await server.exit;
  server = await startServer({ dataDirectory, env: { PORT: port } });
  await page.getByText("The server knows this answer no more").waitFor(patience);
  expect(await talk.text()).toBe(begun);
  await talk.button("Try again").click();
  await talk.isWhole();
  expect((await talk.text()).length).toBeGreaterThan(begun.length);
}, 120_000);
