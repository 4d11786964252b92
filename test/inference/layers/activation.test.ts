import { describe, expect, it } from "vitest";
import { activations } from "../../../inference/layers/activation.ts";
import { rmsNormalization } from "../../../inference/onnx/normalization.ts";
import { computed, values } from "./operators.ts";

const x = { dims: [7], data: Float32Array.of(-4, -1.5, -0.3, 0, 0.3, 1.5, 4) };

/** Φ(x) to 1e-7: Abramowitz and Stegun 7.1.26. */
function normal(x: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(x)) / Math.SQRT2);
  const tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = 1 - tail * Math.exp((-x * x) / 2);
  return (1 + Math.sign(x) * erf) / 2;
}

const tanhGelu = (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

describe("activations", () => {
  it.each([
    ["gelu", (x: number) => x * normal(x)],
    ["gelu_new", tanhGelu],
    ["gelu_pytorch_tanh", tanhGelu],
    ["quick_gelu", (x: number) => x / (1 + Math.exp(-1.702 * x))],
    ["silu", (x: number) => x / (1 + Math.exp(-x))],
  ] as const)("%s equals its formula", async (name, formula) => {
    const y = await computed((x) => activations[name](x), x);
    x.data.forEach((value, i) => expect(y.data[i]).toBeCloseTo(formula(value), 6));
  });
});

describe("RMS norm", () => {
  it("divides by the root of the mean square and scales", async () => {
    const [rows, scale] = [values([2, 5], 1), values([5], 2)];
    const y = await computed((x, scale) => rmsNormalization(x, scale, 0.01), rows, scale);
    y.data.forEach((value, i) => {
      const row = [...(rows.data as Float32Array)].slice(5 * Math.floor(i / 5)).slice(0, 5);
      const mean = row.reduce((sum, v) => sum + v * v, 0) / 5;
      expect(value).toBeCloseTo((Number(rows.data[i]) / Math.sqrt(mean + 0.01)) * Number(scale.data[i % 5]), 6);
    });
  });
});
