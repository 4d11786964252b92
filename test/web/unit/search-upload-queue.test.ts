import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { TilePartsFragment } from "../../../web/src/graph/generated/graphql.ts";
import { type Sent, UploadQueue } from "../../../web/src/search/upload-queue.ts";
import { sumsOf } from "../../../web/src/search/upload-sums.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const named = (...names: readonly string[]) =>
  names.map((name) => ({ path: name, file: new File(["x"], name, { type: "image/png" }) }));
const image = (id: string) => ({ id }) as TilePartsFragment;

/** A queue to a server that the test plays. */
function playedQueue() {
  const sent: string[] = [];
  const stopped: string[] = [];
  const answers = new Map<string, (sent: Sent) => void>();
  const queue = new UploadQueue(({ name }, ended) => {
    sent.push(name);
    answers.set(name, ended);
    return () => void stopped.push(name);
  });
  return { queue, sent, stopped, answer: (name: string, told: Sent) => answers.get(name)!(told) };
}

describe("the queue of uploads", () => {
  it("sends the next one when one has arrived, and tells of it", () => {
    const { queue, sent, answer } = playedQueue();
    const arrived: string[] = [];
    queue.onArrival(({ id }) => void arrived.push(id));
    queue.add(named("a", "b", "c", "d"), []);
    answer("b", { image: image("of b") });
    expect([sent, arrived]).toEqual([["a", "b", "c", "d"], ["of b"]]);
  });

  it("sends again by itself what was refused, when the server said", () => {
    const { queue, sent, answer } = playedQueue();
    queue.add(named("a"), []);
    answer("a", { problem: { code: "OVERLOADED", message: "busy", retryAfterMs: 2_000 } });
    vi.advanceTimersByTime(1_999);
    expect(sent).toEqual(["a"]);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual(["a", "a"]);
  });

  it("stops what is on its way when it is cancelled, and hears nothing of it any more", () => {
    const { queue, sent, stopped, answer } = playedQueue();
    queue.add(named("a", "b", "c", "d"), ["notes.txt"]);
    queue.cancel();
    answer("a", { image: image("a") });
    expect([sent, stopped]).toEqual([
      ["a", "b", "c"],
      ["a", "b", "c"],
    ]);
    expect(sumsOf(queue.uploads()).total).toBe(0);
    queue.dismiss();
    expect(queue.uploads().skipped).toEqual([]);
  });
});
