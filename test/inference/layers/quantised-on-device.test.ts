import { describe, expect, it } from "vitest";
import type { BlockFormat } from "../../../inference/checkpoint/quantised-matrix.ts";
import { affine } from "../../../inference/layers/linear.ts";
import { openNetworks } from "../../../inference/models/open-networks.ts";
import { Graph } from "../../../inference/onnx/graph.ts";
import { createSession } from "../../../inference/runtime/session.ts";
import { device, target } from "../../support/device.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { LanguageModel } from "../models/llava/decoding.ts";
import { LLAVA } from "../models/llava/golden.ts";
import { values } from "./operators.ts";
import { naive, quantisedMatrix } from "./quantised-matrix.ts";

/** Of the whole: rows are quantised to 8 bits on the way, on either device. */
const TOLERANCE = 0.05;

function expectAlike(found: Float32Array, expected: Float32Array): void {
  expect(found).toHaveLength(expected.length);
  const error = Math.hypot(...found.map((value, i) => value - expected[i]!));
  expect(error / Math.hypot(...expected)).toBeLessThan(TOLERANCE);
}

const formats: readonly BlockFormat[] = [
  { bits: 8, blockSize: 32 },
  { bits: 4, blockSize: 32 },
  { bits: 4, blockSize: 64 },
];
const cases = formats.flatMap((format) =>
  [1, 5, 40].flatMap((rows) => [256, 300].map((columns) => ({ ...format, rows, columns }))),
);

describe.skipIf(target.device === "cpu")("on a device, quantised", () => {
  it.each(cases)(
    "$rows rows of $columns by $bits bits in blocks of $blockSize",
    async ({ rows, columns, ...format }) => {
      const { matrix, elements } = quantisedMatrix(96, columns, format);
      const [x, bias] = [values([rows, columns], 0.9), values([96], 2)];
      const graph = new Graph("test", target);
      const b = graph.input("bias", "float32", [96]).cast(target.dtype);
      graph.output("y", affine(graph.input("x", "float32", ["rows", columns]), matrix, b));
      const session = await createSession(graph.build(), { threads: 1, device });
      const { y } = await session.run({ x, bias });
      expectAlike(y!.data as Float32Array, naive(x, elements, columns, bias.data as Float32Array));
    },
  );

  it.each(["int8", "int4"] as const)("a language model in %s says what it says on the CPU", async (dtype) => {
    const cache = temporaryFolder("quantised-on-device");
    const { decoder } = await openNetworks(`${LLAVA}siglip-qwen2`, { dtype, cache });
    const prompt = { tokenIds: [5, 9, 2, 77, 31, 8, 4, 60], placeholder: -1, features: [] };
    const [found, expected] = [
      await LanguageModel.of(decoder!),
      await LanguageModel.of(decoder!, { target: { ...target, dtype: "float32" }, device: "cpu" }),
    ];
    expectAlike(
      (await found.logits([prompt])).data as Float32Array,
      (await expected.logits([prompt])).data as Float32Array,
    );
  });
});
