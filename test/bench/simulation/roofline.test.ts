import { describe, expect, it } from "vitest";
import { at } from "../../../bench/simulation/costs.ts";
import { h100Roof } from "../../../bench/simulation/device-kinds.ts";
import { blipVision, llavaDecoder, llavaVision } from "../../../bench/simulation/networks.ts";
import { computeMs, decoderCosts, encoderCosts, readMs, type Roof } from "../../../bench/simulation/roofline.ts";

/** A GPU of round numbers: a thousand bytes and two thousand operations a millisecond, half of either in reach. */
const round: Roof = {
  gpu: { bytesPerSecond: 1e6, flops: { bf16: 2e6, fp8: 4e6 }, memoryBytes: 1e6 },
  efficiency: { ofFlops: 0.5, ofBandwidth: 0.5, hostMs: 1 },
  precision: "bf16",
};

describe("the roofline", () => {
  it("reads values of two bytes at half the bandwidth", () => expect(readMs(500, round)).toBe(2));

  it("computes at half the rate, in fp8 at twice that", () => {
    expect(computeMs(3000, round)).toBe(3);
    expect(computeMs(3000, { ...round, precision: "fp8" })).toBe(1.5);
  });

  it("makes a line of an encoder's weights and arithmetic", () => {
    const costs = encoderCosts({ parameters: 250, flopsPerItem: 4000, valuesPerItem: 250 }, round);
    expect(costs).toEqual({ perPass: 1 + 1, perItem: 4 + 1, parts: 1 });
    expect(at(costs, 3)).toBe(17);
  });

  it("has a decoder read its weights once a pass, and each sequence's rows", () => {
    const costs = decoderCosts({ parameters: 1000, flopsPerRow: 2000, valuesPerCachedRow: 25 }, round);
    expect(costs).toEqual({ perPass: 1 + 4, perSequence: 0, perRow: 2, perCachedRow: 0.1 });
  });
});

describe("the networks' shapes", () => {
  it("have the parameters that the checkpoints have", () => {
    expect(blipVision.parameters / 1e6).toBeCloseTo(85, 0);
    expect(llavaVision.parameters / 1e6).toBeCloseTo(310, -1);
    expect(llavaDecoder.parameters / 1e9).toBeCloseTo(6.6, 1);
  });

  it("keep half a mebibyte of keys and values for a row of LLaVA in 16 bits", () => {
    expect(llavaDecoder.valuesPerCachedRow * 2).toBe(2 ** 19);
  });
});

/** TensorRT-LLM 0.5, docs/source/performance.md: LLaMA-7B on one H100 in fp8. */
describe("the H100 as TensorRT-LLM has it", () => {
  const costs = decoderCosts(llavaDecoder, h100Roof);

  it.each([
    { rows: 128, ms: 7 },
    { rows: 2048, ms: 36 },
  ])("has the first token after $rows rows in about $ms ms", ({ rows, ms }) => {
    expect(off(costs.perPass + rows * costs.perRow, ms)).toBeLessThan(1.1);
  });

  it.each([
    { batch: 64, prompt: 128, answer: 128, published: 9193 },
    { batch: 64, prompt: 128, answer: 2048, published: 5367 },
    { batch: 64, prompt: 2048, answer: 128, published: 2058 },
    { batch: 32, prompt: 2048, answer: 2048, published: 2230 },
  ])("makes about $published tokens/s of $batch streams, $prompt rows to $answer", (run) => {
    const { batch, prompt, answer, published } = run;
    const prefill = costs.perPass + batch * prompt * costs.perRow;
    const step = costs.perPass + batch * (costs.perRow + (prompt + answer / 2) * costs.perCachedRow);
    const perSecond = (1000 * batch * answer) / (prefill + answer * step);
    expect(off(perSecond, published)).toBeLessThan(1.2);
  });
});

/** How many times too much or too little. */
function off(value: number, published: number): number {
  return Math.max(value / published, published / value);
}
