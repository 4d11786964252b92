import { describe, expect, it } from "vitest";
import { DEMOS, GOLDENS, measureGoldens, QUANTISED } from "../../bench/golden-dtypes.ts";

interface Bounds {
  readonly largest: number;
  readonly leastAgreement: number;
}

async function expectWithin(name: string, bounds: Readonly<Record<(typeof QUANTISED)[number], Bounds>>): Promise<void> {
  const [golden] = await measureGoldens([name], 2);
  for (const dtype of QUANTISED) {
    const { error, agreement = 1 } = golden!.errors[dtype];
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(bounds[dtype].largest);
    expect(agreement).toBeGreaterThan(bounds[dtype].leastAgreement);
  }
}

describe("logits and embeddings beside float32's", () => {
  it.each(DEMOS)("%s, which is trained, has nearly the same", async (name) => {
    const int8 = { largest: 0.02, leastAgreement: 0.96 };
    await expectWithin(name, { int8, int4: { largest: 0.12, leastAgreement: 0.9 } });
  });

  // Rounding adds noise at each product of matrices, and random weights pass all of it on. What is computed wrongly is off
  // by the whole length, and has the same token once in hundreds.
  it.each(GOLDENS)("%s, whose weights are random, has the same but for rounding", async (name) => {
    const int8 = { largest: 0.25, leastAgreement: 0.6 };
    await expectWithin(name, { int8, int4: { largest: 0.8, leastAgreement: 0.15 } });
  });
});
