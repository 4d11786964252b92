import { expect, it } from "vitest";
import { mapAsync } from "../../src/map-async.ts";

/** A source whose values never come. */
function silent(): AsyncIterableIterator<number> & { isLeft: boolean } {
  return {
    isLeft: false,
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => new Promise(() => undefined),
    return() {
      this.isLeft = true;
      return Promise.resolve({ done: true, value: undefined });
    },
  };
}

it("maps each value, and ends with its source", async () => {
  const source = (async function* () {
    yield* [1, 2, await Promise.resolve(3)];
  })();
  const mapped: number[] = [];
  for await (const value of mapAsync(source, (value) => 2 * value)) mapped.push(value);
  expect(mapped).toEqual([2, 4, 6]);
});

it("passes an error on", async () => {
  const mapped = mapAsync(failing(), (value) => value);
  await expect(mapped.next()).rejects.toThrow("no");
  expect(await mapped.next()).toEqual({ done: true, value: undefined });
});

it("lets its source be left while a value is on its way", async () => {
  const source = silent();
  const mapped = mapAsync(source, (value) => value);
  void mapped.next();
  expect(await mapped.return!()).toEqual({ done: true, value: undefined });
  expect(source.isLeft).toBe(true);
});

async function* failing(): AsyncGenerator<number> {
  await Promise.reject(new Error("no"));
  yield 1;
}
