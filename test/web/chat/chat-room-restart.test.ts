import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startServer, type RealServer } from "../../acceptance/support/server.ts";
import { startFilledServer } from "../support/filled-server.ts";
import { patience } from "../support/patience.ts";
import { openRoom, type Room } from "../support/room.ts";
import { makeAnswersLong } from "./long-answers.ts";
import { Talk } from "./talk.ts";

const tokens = 300;

const dataDirectory = mkdtempSync(join(tmpdir(), "restart-"));
let room: Room<RealServer> | undefined;
beforeAll(async () => void (room = await openRoom("/chat", () => startFilledServer({ dataDirectory }))), 120_000);
afterAll(async () => {
  await room?.[Symbol.asyncDispose]();
  rmSync(dataDirectory, { recursive: true, force: true });
});

it("a server that is killed in the middle of an answer and started again: the page says so, and is answered anew", async ({
  skip,
}) => {
  if (!room) return skip("no browser runs here");
  const { page, server } = room;
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
  await using again = await startServer({ dataDirectory, env: { PORT: port } });
  expect(again.url).toBe(server.url);
  await page.getByText("The server knows this answer no more").waitFor(patience);
  expect(await talk.text()).toBe(begun);
  await talk.button("Try again").click();
  await talk.isWhole();
  expect((await talk.text()).length).toBeGreaterThan(begun.length);
}, 120_000);
