import { describe, expect, it } from "vitest";
import { keysValuesBytes } from "../../inference/runtime/memory-need.ts";
import { parseConfig } from "../../src/config.ts";
import { usualKvCache } from "../../src/kv-cache.ts";
import { memoryLimits } from "../../src/worker-config.ts";

const gibibyte = 2 ** 30;
const places = { maxPositions: 4096, hasMemory: false, vocabularySize: 32_064 };
const sevenBillion = { ...places, layers: 32, heads: 32, headDim: 128 };
const halfBillion = { ...places, layers: 24, heads: 2, headDim: 64 };
/** Of the first in float16, of the second in float32. */
const [LARGE_ROW, SMALL_ROW] = [2 ** 19, 24 * 2 * 2 * 64 * 4];

describe("memory for keys and values, where nobody says how much", () => {
  const bytes = (memory: number, decoder = sevenBillion, row = LARGE_ROW): number =>
    keysValuesBytes(decoder, row, memoryLimits(usualKvCache(memory)));

  it("does for four conversations about pictures with a model of seven billion parameters", () => {
    const running = (2 / 3) * bytes(32 * gibibyte);
    expect(running / LARGE_ROW).toBeGreaterThan(4 * (576 + 256));
    expect(bytes(32 * gibibyte)).toBeLessThan(3 * gibibyte);
  });

  it("is an eighth of a small machine's, and 1 GiB of a smaller one's", () => {
    expect(bytes(16 * gibibyte)).toBe(2 * gibibyte);
    expect(bytes(4 * gibibyte)).toBe(gibibyte);
  });

  it("is 1 GiB for a small model on any machine", () => {
    expect(bytes(256 * gibibyte, halfBillion, SMALL_ROW)).toBe(gibibyte);
  });

  it("is what was asked for where somebody did", () => {
    const limits = memoryLimits(
      parseConfig(["--kv-cache", "3GiB"], {}) as Exclude<ReturnType<typeof parseConfig>, "help">,
    );
    expect(keysValuesBytes(halfBillion, SMALL_ROW, limits)).toBe(3 * gibibyte);
  });
});
