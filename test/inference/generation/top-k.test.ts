import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { topIndexes } from "../../../inference/top-k.ts";

const scores = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(-Infinity)), { maxLength: 40 });

describe("topIndexes", () => {
  it("are the first of a stable sort", () => {
    fc.assert(
      fc.property(scores, fc.nat(45), (values, k) => {
        const sorted = [...values.keys()].sort(
          (a, b) => Number(values[b]! > values[a]!) - Number(values[b]! < values[a]!),
        );
        expect(topIndexes(Float32Array.from(values), k)).toEqual(sorted.slice(0, k));
      }),
    );
  });
});
