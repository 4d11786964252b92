import { describe, expect, it } from "vitest";
import { CompletionOrder } from "../../resolvers/completion-order.ts";

/** A piece of work that the test ends. */
class Piece {
  signal: AbortSignal | undefined;
  #resolve: (value: string) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  readonly start = (signal: AbortSignal): Promise<string> => {
    this.signal = signal;
    return new Promise((resolve, reject) => ([this.#resolve, this.#reject] = [resolve, reject]));
  };

  /** Ends it, and lets whoever waits for it go on. */
  async end(result: string | Error): Promise<void> {
    if (result instanceof Error) this.#reject(result);
    else this.#resolve(result);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function pieces(outer = new AbortController()): {
  readonly work: readonly [Piece, Piece, Piece];
  readonly results: CompletionOrder<string>;
  readonly outer: AbortController;
} {
  const work = [new Piece(), new Piece(), new Piece()] as const;
  const starts = work.map(({ start }) => start);
  return { work, outer, results: new CompletionOrder(starts, outer.signal) };
}

const over = { done: true, value: undefined };

describe("results in the order in which they are ready", () => {
  it("come to whoever waits, and wait for whoever comes later", async () => {
    const { work, results } = pieces();
    expect(work[0].signal).toBeUndefined();
    const first = results.next();
    expect(work.map(({ signal }) => signal?.aborted)).toEqual([false, false, false]);
    await work[2].end("c");
    expect(await first).toEqual({ done: false, value: "c" });
    await work[0].end("a");
    await work[1].end("b");
    const rest = [await results.next(), await results.next(), await results.next(), await results.next()];
    expect(rest).toEqual([{ done: false, value: "a" }, { done: false, value: "b" }, over, over]);
  });

  it("answer as many at once as there is work, and no more", async () => {
    const { work, results } = pieces();
    const asked = Array.from({ length: 5 }, () => results.next());
    await work[1].end("b");
    await work[0].end("a");
    await work[2].end("c");
    expect((await Promise.all(asked)).map(({ value }) => value)).toEqual(["b", "a", "c", undefined, undefined]);
  });

  it("fail where their work fails, without harm to the others", async () => {
    const { work, results } = pieces();
    const asked = [results.next(), results.next(), results.next()];
    const outcomes = Promise.allSettled(asked);
    await work[1].end(new Error("no"));
    await work[0].end("a");
    await work[2].end("c");
    expect((await outcomes).map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
    expect(await results.next()).toEqual(over);
  });

  it("end at once when they are given up, with all that still runs", async () => {
    const { work, results } = pieces();
    const waiting = [results.next(), results.next()];
    await work[0].end("a");
    expect(await results.return()).toEqual(over);
    expect(await Promise.all(waiting)).toEqual([{ done: false, value: "a" }, over]);
    expect(work[1].signal?.aborted).toBe(true);
    await work[1].end("b");
    expect(await results.next()).toEqual(over);
  });

  it("begin nothing when they are given up before they were asked for", async () => {
    const { work, results } = pieces();
    await results.return();
    expect(await results.next()).toEqual(over);
    expect(work[0].signal).toBeUndefined();
  });

  it("are given up with the request", async () => {
    const { work, results, outer } = pieces();
    void results.next();
    outer.abort();
    expect(work.map(({ signal }) => signal?.aborted)).toEqual([true, true, true]);
    await results.return();
  });
});
