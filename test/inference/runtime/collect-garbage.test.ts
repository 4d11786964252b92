import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Discarded } from "../../../inference/runtime/collect-garbage.ts";

describe("what is discarded", () => {
  it("is gone once it is as much as was asked for", async () => {
    const discarded = new Discarded();
    const arrays = Array.from({ length: 4 }, () => discardedArray(discarded, 2 ** 20));
    // What a WeakRef was made of stays to the end of its task.
    await turn();
    discarded.collectFrom(2 ** 22);
    expect(arrays.map((array) => array.deref())).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("is counted anew after that", async () => {
    const discarded = new Discarded();
    discardedArray(discarded, 2 ** 20);
    discarded.collectFrom(2 ** 20);
    const array = discardedArray(discarded, 2 ** 10);
    await turn();
    discarded.collectFrom(2 ** 20);
    expect(array.deref()).toBeDefined();
  });
});

function discardedArray(discarded: Discarded, bytes: number): WeakRef<Uint8Array> {
  const array = new Uint8Array(bytes);
  discarded.add(array);
  return new WeakRef(array);
}
