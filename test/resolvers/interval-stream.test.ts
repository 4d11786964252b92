import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { IntervalStream } from "../../resolvers/interval-stream.ts";

const over = { done: true, value: undefined };
const never = new AbortController().signal;

function counting(
  everyMs: number,
  ending = never,
): { readonly stream: IntervalStream<number>; readonly reads: () => number } {
  let count = 0;
  const read = (): Promise<number> => Promise.resolve(++count);
  return { stream: new IntervalStream({ everyMs, read, ending }), reads: () => count };
}

describe("a stream at an interval", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
  afterEach(() => void vi.useRealTimers());

  it("gives the first at once, and each further one an interval later", async () => {
    const { stream, reads } = counting(1_000);
    const first = stream.next();
    await vi.advanceTimersByTimeAsync(0);
    expect(await first).toEqual({ done: false, value: 1 });
    const second = stream.next();
    await vi.advanceTimersByTimeAsync(999);
    expect(reads()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await second).toEqual({ done: false, value: 2 });
  });

  it("reads nothing while nobody asks, and makes nothing up for it", async () => {
    const { stream, reads } = counting(100);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(reads()).toBe(0);
    const first = stream.next();
    await vi.advanceTimersByTimeAsync(0);
    await first;
    await vi.advanceTimersByTimeAsync(5_000);
    const asked = [stream.next(), stream.next()];
    await vi.advanceTimersByTimeAsync(99);
    expect(reads()).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(await Promise.all(asked)).toEqual([
      { done: false, value: 2 },
      { done: false, value: 3 },
    ]);
  });

  it("ends at once while a next waits, and reads no more", async () => {
    const { stream, reads } = counting(1_000);
    const first = stream.next();
    await vi.advanceTimersByTimeAsync(0);
    await first;
    const waiting = stream.next();
    expect(await stream.return()).toEqual(over);
    expect(await waiting).toEqual(over);
    expect(await stream.next()).toEqual(over);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(reads()).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends when all is ending, whether it has begun or not", async () => {
    const ending = new AbortController();
    const { stream, reads } = counting(1_000, ending.signal);
    const waiting = stream.next();
    ending.abort();
    expect(await waiting).toEqual(over);
    expect(await counting(1_000, ending.signal).stream.next()).toEqual(over);
    expect(reads()).toBe(0);
  });

  it("fails where reading fails, and is over", async () => {
    const read = (): Promise<never> => Promise.reject(new Error("no"));
    const stream = new IntervalStream({ everyMs: 100, read, ending: never });
    const failing = expect(stream.next()).rejects.toThrow("no");
    await vi.advanceTimersByTimeAsync(0);
    await failing;
    expect(await stream.next()).toEqual(over);
  });
});
