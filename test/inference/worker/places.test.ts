import fc from "fast-check";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Places, type Waiter } from "../../../inference/worker/places.ts";

function waiter(client: string, more: Partial<Waiter> = {}): Waiter {
  return { client, signal: new AbortController().signal, ...more };
}

/** Places whose work ends when it is told to, with the keys in the order in which they began. */
class Held {
  readonly places: Places;
  readonly begun: string[] = [];
  readonly #ends: (() => void)[] = [];

  constructor(max: number) {
    this.places = new Places(max);
  }

  ask(key: string, who: Waiter): Promise<void> {
    return this.places.run(key, who, () => {
      this.begun.push(key);
      return new Promise((end) => this.#ends.push(end));
    });
  }

  get numRunning(): number {
    return this.#ends.length;
  }

  /** Ends what began first, and lets the next begin. */
  async end(): Promise<void> {
    this.#ends.shift()?.();
    await setImmediate();
  }

  async endAll(): Promise<void> {
    while (this.numRunning > 0) await this.end();
  }
}

describe("who waits for a place", () => {
  it("takes turns with other clients, however many each has", async () => {
    const held = new Held(1);
    const all = ["a1", "a2", "a3", "a4", "b1", "b2", "c1"].map((key) => held.ask(key, waiter(key[0]!)));
    await held.endAll();
    await Promise.all(all);
    expect(held.begun).toEqual(["a1", "a2", "b1", "c1", "a3", "b2", "a4"]);
  });

  it("goes first with what is urgent of its own", async () => {
    const held = new Held(1);
    void held.ask("running", waiter("a"));
    void held.ask("bulk", waiter("a", { priority: "bulk" }));
    void held.ask("default", waiter("a"));
    void held.ask("chat", waiter("a", { priority: "interactive" }));
    await held.endAll();
    expect(held.begun).toEqual(["running", "chat", "default", "bulk"]);
  });

  it("has the turn of whoever else waits for the same", async () => {
    const held = new Held(1);
    for (const key of ["a1", "a2", "a3"]) void held.ask(key, waiter("a"));
    void held.ask("b1", waiter("b"));
    await held.end();
    held.places.join("a3", waiter("c"));
    await held.endAll();
    expect(held.begun).toEqual(["a1", "a2", "a3", "b1"]);
  });

  it("gets none once it has left, unless another waits for the same", async () => {
    const held = new Held(1);
    const leaving = new AbortController();
    void held.ask("running", waiter("a"));
    const [left, shared] = ["left", "shared"].map((key) => held.ask(key, waiter("a", { signal: leaving.signal })));
    held.places.join("shared", waiter("b"));
    leaving.abort();
    const refused = expect(left).rejects.toMatchObject({ code: "CANCELLED" });
    await held.endAll();
    await refused;
    await shared;
    expect(held.begun).toEqual(["running", "shared"]);
  });
});

describe("places, whoever comes and leaves", () => {
  it("are never more than there are, none is lost, and whoever stays gets one", async () => {
    const asked = fc.record({ client: fc.constantFrom("a", "b", "c"), leaves: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.array(asked, { maxLength: 20 }), async (max, all) => {
        const held = new Held(max);
        const leaving = new AbortController();
        const still = new AbortController();
        const outcomes = all.map(({ client, leaves }, i) =>
          held.ask(String(i), { client, signal: (leaves ? leaving : still).signal }),
        );
        leaving.abort();
        const settled = Promise.allSettled(outcomes);
        do expect(held.numRunning).toBeLessThanOrEqual(max);
        while ((await held.end(), held.numRunning > 0));
        const given = (await settled).map(({ status }) => status === "fulfilled");
        expect(given).toEqual(all.map(({ leaves }, i) => !leaves || i < max));
        // As many as in the beginning are free again.
        for (let i = 0; i <= max; i++) void held.ask(`last ${i}`, waiter("a"));
        expect(held.numRunning).toBe(max);
      }),
      { numRuns: 100 },
    );
  });
});
