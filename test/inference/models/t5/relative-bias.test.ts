import { describe, expect, it } from "vitest";
import { decoderBucket, encoderBucket } from "../../../../inference/models/t5/relative-bias.ts";
import { openBlip2Golden } from "../blip-2/golden.ts";

interface Cases {
  readonly buckets: { readonly from: number; readonly encoder: readonly number[]; readonly decoder: readonly number[] };
}

const { buckets } = openBlip2Golden<Cases>("t5").cases;
const config = { relative_attention_num_buckets: 32, relative_attention_max_distance: 128 };

describe("T5's buckets, from 400 rows before to 400 after", () => {
  it("are transformers' where both directions are seen", () => {
    expect(buckets.encoder.map((_, i) => encoderBucket(buckets.from + i, config))).toEqual(buckets.encoder);
  });

  it("are transformers' where only what lies behind is seen", () => {
    expect(buckets.decoder.map((_, i) => decoderBucket(Math.max(0, -buckets.from - i), config))).toEqual(
      buckets.decoder,
    );
  });

  it("are all the same from the furthest distance on, so that a table ends there", () => {
    expect(new Set([128, 129, 400, 1e6].map((distance) => decoderBucket(distance, config)))).toEqual(new Set([31]));
    expect(new Set([128, 129, 400, 1e6].map((distance) => encoderBucket(-distance, config)))).toEqual(new Set([15]));
  });
});
