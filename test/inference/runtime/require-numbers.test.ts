import { describe, expect, it } from "vitest";
import { requireNumbers } from "../../../inference/runtime/require-numbers.ts";

describe("an output that begins with NaN", () => {
  const named = (data: Float32Array | Uint16Array | BigInt64Array) => ({ logits: { dims: [data.length], data } });

  it.each([
    [
      "float32",
      Float32Array.of(NaN, 1),
      "m/decoder computes logits as NaN: the weights of its checkpoint are damaged.",
    ],
    ["float16", Uint16Array.of(0xfe00), /damaged, or it needs larger numbers than float16 has \(--dtype float32\)\.$/],
  ] as const)("is refused in %s, with what may be the matter", (dtype, data, message) => {
    expect(() => requireNumbers("m/decoder", named(data), dtype)).toThrow(message);
  });

  it.each([Float32Array.of(-Infinity), Uint16Array.of(0x7c00), BigInt64Array.of(1n)])("is not %s", (data) => {
    expect(requireNumbers("m/decoder", named(data), "float16")).toEqual(named(data));
  });
});
