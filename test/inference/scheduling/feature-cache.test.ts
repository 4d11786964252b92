import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FeatureCache } from "../../../inference/scheduling/feature-cache.ts";
import type { CallOutputs } from "../../../inference/scheduling/program.ts";
import { float32 } from "../../../inference/tensor.ts";

const use = fc.record({ key: fc.constantFrom("a", "b", "c", "d", "e"), set: fc.option(fc.nat(6), { nil: undefined }) });

describe("a cache bounded in bytes", () => {
  it("holds what a list of the last used would hold", () => {
    fc.assert(
      fc.property(fc.nat(12), fc.array(use, { maxLength: 60 }), (maxFloats, uses) => {
        const cache = new FeatureCache(4 * maxFloats);
        const naive: { key: string; outputs: CallOutputs }[] = [];
        for (const { key, set } of uses) {
          if (set === undefined) expect(cache.get(key)).toBe(naiveGet(naive, key));
          else {
            const outputs = floats(set);
            cache.set(key, outputs);
            naiveSet(naive, { key, outputs }, maxFloats);
          }
          expect(cache.bytes).toBe(4 * numFloats(naive));
        }
      }),
    );
  });

  it("counts every output of a call", () => {
    const cache = new FeatureCache(100);
    cache.set("a", { ...floats(3), other: float32([2], new Float32Array(2)) });
    expect(cache.bytes).toBe(20);
  });
});

interface Entry {
  readonly key: string;
  readonly outputs: CallOutputs;
}

function floats(count: number): CallOutputs {
  return { out: float32([count], new Float32Array(count)) };
}

function numFloats(entries: readonly Entry[]): number {
  return entries.reduce((sum, { outputs }) => sum + outputs.out!.data.length, 0);
}

/** The last used stand last. */
function naiveGet(entries: Entry[], key: string): CallOutputs | undefined {
  const place = entries.findIndex((entry) => entry.key === key);
  if (place < 0) return undefined;
  entries.push(...entries.splice(place, 1));
  return entries.at(-1)!.outputs;
}

function naiveSet(entries: Entry[], entry: Entry, maxFloats: number): void {
  const place = entries.findIndex(({ key }) => key === entry.key);
  if (place >= 0) entries.splice(place, 1);
  if (numFloats([entry]) > maxFloats) return;
  entries.push(entry);
  while (numFloats(entries) > maxFloats) entries.shift();
}
