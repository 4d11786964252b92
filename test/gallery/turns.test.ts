import { expect, test } from "vitest";
import { Turns } from "../../gallery/turns.ts";

/** The signal of somebody who does not leave. */
function stays(): AbortSignal {
  return new AbortController().signal;
}

/** Work that goes on until it is let go, and says when it begins. */
function held(): {
  readonly work: (name: string) => () => Promise<void>;
  readonly begun: string[];
  readonly letGo: () => Promise<void>;
} {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  return {
    begun,
    work: (name) => () => {
      begun.push(name);
      return new Promise((resolve) => ends.push(resolve));
    },
    letGo: async () => {
      ends.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test("clients that wait take turns, whoever has asked for how much", async () => {
  const turns = new Turns({ running: 1, waiting: 10, waitingOfOne: 10 });
  const { work, begun, letGo } = held();
  for (const name of ["a1", "a2", "a3", "b1", "c1", "b2"]) void turns.run(name[0]!, stays(), work(name));
  for (let i = 0; i < 6; i++) await letGo();
  expect(begun).toEqual(["a1", "a2", "b1", "c1", "a3", "b2"]);
});

test("no more run at once than may, also after some failed", async () => {
  const turns = new Turns({ running: 2, waiting: 100, waitingOfOne: 100 });
  let [running, most] = [0, 0];
  const work = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    throw new Error("failed");
  };
  await Promise.allSettled(Array.from({ length: 20 }, (_, i) => turns.run(String(i % 3), stays(), work)));
  expect([most, running]).toEqual([2, 0]);
});

test("beyond what may wait, of one or of all, whoever comes is refused", async () => {
  const turns = new Turns({ running: 1, waiting: 3, waitingOfOne: 2 });
  const { work, begun, letGo } = held();
  const ask = (client: string): Promise<void> => turns.run(client, stays(), work(client));
  const taken = [ask("a"), ask("a"), ask("a")];
  await expect(ask("a")).rejects.toMatchObject({ code: "OVERLOADED", retryAfterMs: expect.any(Number) as number });
  taken.push(ask("b"));
  await expect(ask("c")).rejects.toMatchObject({ code: "OVERLOADED" });
  for (let i = 0; i < 4; i++) await letGo();
  await Promise.all(taken);
  expect(begun).toEqual(["a", "a", "b", "a"]);
});

test("who leaves while waiting is not worked for, and leaves the place to others", async () => {
  const turns = new Turns({ running: 1, waiting: 1, waitingOfOne: 1 });
  const { work, begun, letGo } = held();
  const leaving = new AbortController();
  void turns.run("a", stays(), work("first"));
  const left = turns.run("a", leaving.signal, work("left"));
  leaving.abort();
  await expect(left).rejects.toMatchObject({ code: "CANCELLED" });
  void turns.run("a", stays(), work("second"));
  await letGo();
  expect(begun).toEqual(["first", "second"]);
});
