import { describe, expect, it } from "vitest";
import { attendInGroups, attendWithPast, maskOfGroup } from "../../../inference/layers/attention.ts";
import { ShapeError } from "../../../inference/onnx/shape.ts";
import type { Tensor as Value } from "../../../inference/onnx/tensor.ts";
import type { Tensor } from "../../../inference/tensor.ts";
import { computed, values } from "./operators.ts";

const [BATCH, KV_HEADS, ROWS, HEAD_DIM] = [2, 2, 3, 4];

/** [batch, kvHeads, rows, headDim] → [batch, kvHeads × group, rows, headDim], each head `group` times in a row. */
function repeated({ dims, data }: Tensor, group: number): Tensor {
  const size = dims[2]! * HEAD_DIM;
  const heads = Array.from({ length: BATCH * KV_HEADS }, (_, head) =>
    [...(data as Float32Array)].slice(head * size, (head + 1) * size),
  );
  const all = heads.flatMap((head) => Array<number[]>(group).fill(head).flat());
  return { dims: [BATCH, KV_HEADS * group, dims[2]!, HEAD_DIM], data: Float32Array.from(all) };
}

/** Lets each row see the past but for its second row, and of its own pass what is before it; differs between items. */
function causal(past: number): Tensor {
  const width = past + ROWS;
  const data = Float32Array.from({ length: BATCH * ROWS * width }, (_, i) => {
    const [item, row, key] = [Math.floor(i / (ROWS * width)), Math.floor(i / width) % ROWS, i % width];
    return key <= past + row && !(item === 1 && key === 1) ? 0 : -1e30;
  });
  return { dims: [BATCH, 1, ROWS, width], data };
}

describe("grouped-query attention", () => {
  it.each([
    { group: 1, past: 5 },
    { group: 2, past: 5 },
    { group: 4, past: 2 },
    { group: 3, past: 0 },
  ])("in groups of $group over $past past rows equals attention over repeated heads", async ({ group, past }) => {
    const q = values([BATCH, KV_HEADS * group, ROWS, HEAD_DIM], 1);
    const cached = [2, 3].map((seed) => values([BATCH, KV_HEADS, past, HEAD_DIM], seed));
    const own = [4, 5].map((seed) => values([BATCH, KV_HEADS, ROWS, HEAD_DIM], seed));
    const [mask, all] = [causal(past), [...cached, ...own]];
    const grouped = await computed(
      (q, pk, pv, k, v, mask) => attendInGroups(q, pair(pk, pv), pair(k, v), maskOfGroup(mask, group)),
      ...[q, ...all, mask],
    );
    const alone = await computed(
      (q, pk, pv, k, v, mask) => attendWithPast(q, pair(pk, pv), pair(k, v), mask),
      ...[q, ...all.map((x) => repeated(x, group)), mask],
    );
    expect(grouped.dims).toEqual([BATCH, KV_HEADS * group, ROWS, HEAD_DIM]);
    grouped.data.forEach((value, i) => expect(value).toBeCloseTo(alone.data[i]!, 5));
  });

  it("refuses heads that do not come in equal groups", async () => {
    const [q, k] = [values([BATCH, 3, ROWS, HEAD_DIM], 1), values([BATCH, KV_HEADS, ROWS, HEAD_DIM], 2)];
    const misfit = computed((q, k, mask) => attendInGroups(q, pair(k, k), pair(k, k), mask), q, k, causal(ROWS));
    await expect(misfit).rejects.toThrow(ShapeError);
  });
});

function pair(keys: Value, values: Value) {
  return { keys, values };
}
