import { expect, test } from "vitest";
import { RemoteIndex } from "../../gallery/remote-index.ts";
import type { Changes } from "../../gallery/store.ts";
import type { IndexApplyTask } from "../../inference/index.ts";
import { FakeInference, meaning } from "./fake-inference.ts";

const size = 5_000;

/** A space to which `size` pictures have come and none has left. */
const log = {
  latestChange: (): Promise<number> => Promise.resolve(size),
  changesSince: (_: string, from: number, limit: number): Promise<Changes> => {
    const to = Math.min(size, from + limit);
    const added = Array.from({ length: to - from }, (_, i) => from + i + 1);
    const vectors = new Float32Array(added.flatMap((row) => [...meaning(`word${row}`)]));
    return Promise.resolve({ from, to, removed: [], added, vectors });
  },
};

function index(inference: FakeInference): RemoteIndex {
  return new RemoteIndex(log, inference, new AbortController().signal);
}

function chunks(inference: FakeInference): readonly (readonly [number, number])[] {
  const applies = inference.tasks.filter((task): task is IndexApplyTask => task.kind === "indexApply");
  return applies.map(({ from, to }) => [from, to]);
}

const query = { space: "s", query: { values: meaning("word4321"), vectors: 1 }, k: 1, signal: undefined };

test("brings an empty copy up in bounded chunks", async () => {
  const inference = new FakeInference();
  expect(await index(inference).search(query)).toMatchObject([{ row: 4_321 }]);
  expect(chunks(inference)).toEqual([
    [0, 2_048],
    [2_048, 4_096],
    [4_096, 5_000],
  ]);
  expect(inference.rows("s")).toHaveLength(size);
});

test("goes on from 0 when the worker restarts between two chunks", async () => {
  const inference = new FakeInference();
  inference.before = (task) => {
    if (task.kind === "indexApply" && chunks(inference).length === 2) inference.restart();
  };
  expect(await index(inference).search(query)).toMatchObject([{ row: 4_321 }]);
  expect(chunks(inference).map(([from]) => from)).toEqual([0, 2_048, 0, 2_048, 4_096]);
});

test("warming an index that is up costs one chunk that is not taken", async () => {
  const inference = new FakeInference();
  const remote = index(inference);
  await remote.warm("s");
  await remote.warm("s");
  expect(chunks(inference)).toHaveLength(4);
  await remote.search(query);
  expect(chunks(inference)).toHaveLength(4);
});
