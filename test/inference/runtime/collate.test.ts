import { describe, expect, it } from "vitest";
import { stack, unstack } from "../../../inference/runtime/collate.ts";
import { float32, int64, type Tensor } from "../../../inference/tensor.ts";

describe("stack", () => {
  it("puts items one after the other", () => {
    const batch = stack([floats([2, 2], [1, 2, 3, 4]), floats([2, 2], [5, 6, 7, 8])]);
    expect(batch).toEqual(floats([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]));
  });

  it("pads the first axis with zeros at its end", () => {
    const batch = stack([floats([1, 2], [1, 2]), floats([3, 2], [3, 4, 5, 6, 7, 8]), floats([2, 2], [9, 10, 11, 12])]);
    expect(batch).toEqual(floats([3, 3, 2], [1, 2, 0, 0, 0, 0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 0]));
  });

  it("pads token ids", () => {
    expect(stack([int64([7, 8, 9]), int64([5])])).toEqual({
      dims: [2, 3],
      data: BigInt64Array.of(7n, 8n, 9n, 5n, 0n, 0n),
    });
  });

  it("takes int32, and scalars", () => {
    const scalar = (value: number): Tensor => ({ dims: [], data: Int32Array.of(value) });
    expect(stack([scalar(3), scalar(4)])).toEqual({ dims: [2], data: Int32Array.of(3, 4) });
  });

  it("copies no single item", () => {
    const item = floats([2], [1, 2]);
    const batch = stack([item]);
    expect(batch.dims).toEqual([1, 2]);
    expect(batch.data).toBe(item.data);
  });

  it.each([
    ["other axes", floats([2, 3], [1, 2, 3, 4, 5, 6])],
    ["another rank", floats([2], [1, 2])],
    ["another type", { dims: [2, 2], data: Int32Array.of(1, 2, 3, 4) }],
  ])("refuses items of %s", (_, other: Tensor) => {
    expect(() => stack([floats([2, 2], [1, 2, 3, 4]), other])).toThrow(
      /Float32Array\[2, 2\] and .* do not make a batch/,
    );
  });
});

describe("unstack", () => {
  const batch = floats([2, 3], [1, 2, 3, 4, 5, 6]);

  it("undoes stack", () => {
    expect(unstack(batch, "view")).toEqual([floats([3], [1, 2, 3]), floats([3], [4, 5, 6])]);
  });

  it("gives views of the batch, or memory of their own", () => {
    const buffers = (own: "own" | "view"): ArrayBufferLike[] => unstack(batch, own).map(({ data }) => data.buffer);
    expect(buffers("view")).toEqual([batch.data.buffer, batch.data.buffer]);
    expect(buffers("own").every(({ byteLength }) => byteLength === 12)).toBe(true);
  });

  it("copies no single item, which has the batch's memory to itself", () => {
    const single = floats([1, 2], [1, 2]);
    expect(unstack(single, "own")[0]!.data.buffer).toBe(single.data.buffer);
  });

  it("gives nothing of an empty batch", () => {
    expect(unstack(floats([0, 3], []), "own")).toEqual([]);
  });
});

function floats(dims: readonly number[], values: readonly number[]): Tensor {
  return float32(dims, Float32Array.from(values));
}
