import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Xorshift } from "../../bench/random.ts";
import type { InferenceClient } from "../../inference/index.ts";
import { chatQuery, textOf, type ChatEvent } from "../chat/events.ts";
import { RawSocket } from "../chat/raw-socket.ts";
import { chatBySse, resultsBySse } from "../chat/sse.ts";
import { startTestServer, type TestServer } from "../src/test-server.ts";
import { inNewBytes } from "./support/load.ts";
import { inBase64 } from "./support/operations.ts";
import { drawScenes, type Scene } from "./support/pictures.ts";
import { question, startTinyChat } from "./support/tiny-chat.ts";

const numLeaving = 200;
const atOnce = 10;
const tokens = 150;
/** Of the worker, as startTinyInference configures it. */
const numSlots = 16;
/** From leaving until the scheduler is seen without the sequence, on a busy machine. */
const soonMs = 2_000;
const random = new Xorshift(2);

let server: TestServer<InferenceClient>;
let scenes: readonly Scene[];
beforeAll(async () => {
  const inference = startTinyChat();
  [scenes] = await Promise.all([drawScenes(24), inference.ready()]);
  server = await startTestServer({ inference, env: { CHAT_GRACE_MS: "0", MAX_CHATS: "64" } });
});
afterAll(() => server[Symbol.asyncDispose]());

type Input = Readonly<Record<string, unknown>>;
/** When to leave: once this is so of what was heard last, or so many milliseconds later. */
interface Moment {
  readonly last: ChatEvent["__typename"];
  readonly count: number;
  readonly laterMs: number;
}

describe(`${numLeaving} clients that leave, over WebSocket and SSE`, () => {
  it("while their chat waits for a slot: it is gone at once, and those who have the slots are not disturbed", async () => {
    const holders = Array.from({ length: numSlots }, (_, i) => question(i, tokens));
    const alone = await Promise.all(holders.map((input) => chatBySse(server.url, input)));
    let left = 0;
    while (left < numLeaving) {
      const held = holders.map((input) => chatBySse(server.url, input));
      await expect.poll(() => server.inference.numOutstanding).toBeGreaterThan(0);
      for (; server.inference.numOutstanding > numSlots / 2 && left < numLeaving; left += atOnce) {
        await leaveTogether(left, { last: "ChatQueued", count: 1, laterMs: 0 });
      }
      expect((await Promise.all(held)).map(textOf)).toEqual(alone.map(textOf));
    }
    await expectFree();
  }, 120_000);

  it.each<[string, () => Moment]>([
    [
      "while their pictures are decoded and encoded",
      () => ({ last: "ChatQueued", count: 1, laterMs: 8 * random.fraction() }),
    ],
    ["while their prompt is computed", () => ({ last: "ChatStarted", count: 1, laterMs: 0 })],
    ["while their answer is decoded", () => ({ last: "ChatDelta", count: 1 + (random.next() % 20), laterMs: 0 })],
  ])(
    "%s: it is gone soon",
    async (_stage, moment) => {
      for (let left = 0; left < numLeaving; left += atOnce) {
        await leaveTogether(left, moment());
        await expectFree();
      }
      expect(server.errors).toEqual([]);
    },
    120_000,
  );
});

async function leaveTogether(from: number, moment: Moment): Promise<void> {
  const leaving = Array.from({ length: atOnce }, (_, i) => {
    const input = withPicture(question(from + i, tokens), scenes[i % scenes.length]!);
    return i % 2 === 0 ? leaveSocket(input, moment) : leaveSse(input, moment);
  });
  await Promise.all(leaving);
}

async function leaveSocket(input: Input, { last, count, laterMs }: Moment): Promise<void> {
  const socket = await RawSocket.greeted(server.url);
  socket.subscribe("1", chatQuery, { input });
  await socket.until((heard) => heard.filter((message) => JSON.stringify(message).includes(last)).length >= count);
  if (laterMs > 0) await delay(laterMs);
  socket.socket.terminate();
}

async function leaveSse(input: Input, { last, count, laterMs }: Moment): Promise<void> {
  const leaving = new AbortController();
  const results = resultsBySse(server.url, input, { signal: leaving.signal });
  for (let found = 0; found < count;) {
    const { value } = (await results.next()) as IteratorYieldResult<{ data: { chat: ChatEvent } }>;
    if (value.data.chat.__typename === last) found += 1;
  }
  if (laterMs > 0) await delay(laterMs);
  leaving.abort();
}

/** Nothing is asked of the worker any more, nothing waits or runs in it. */
async function expectFree(): Promise<void> {
  await expect.poll(() => server.inference.numOutstanding, { interval: 2, timeout: soonMs }).toBe(0);
  await expect.poll(numHeld, { interval: 2, timeout: soonMs }).toBe(0);
}

async function numHeld(): Promise<number> {
  const { devices } = await server.inference.scheduler();
  return devices[0]!.models.reduce((sum, { queued, running }) => sum + queued + running, 0);
}

/** About a picture that no cache knows. */
function withPicture(input: Input, scene: Scene): Input {
  const [message] = input.messages as readonly Input[];
  return { ...input, messages: [{ ...message, images: [inBase64(inNewBytes(scene))] }] };
}
