import { describe, expect, it } from "vitest";
import { rotaryFrequencies, rotate, rotation } from "../../../inference/layers/rotary.ts";
import { computed, values } from "./operators.ts";

const [BATCH, HEADS, ROWS, HEAD_DIM] = [2, 3, 4, 8];

describe("rotary embedding", () => {
  it("turns each pair, half a head apart, by its row's position times its frequency", async () => {
    const x = values([BATCH, HEADS, ROWS, HEAD_DIM], 1);
    const positions = [0, 1, 2, 3, 7, 100, 101, 4000];
    const ids = { dims: [BATCH, ROWS], data: BigInt64Array.from(positions, BigInt) };
    const turn = { dims: [BATCH, HEADS, ROWS, HEAD_DIM], data: new Float32Array(x.data.length) };
    for (let at = 0; at < x.data.length; at += HEAD_DIM) {
      const [item, row] = [Math.floor(at / (HEADS * ROWS * HEAD_DIM)), (at / HEAD_DIM) % ROWS];
      for (let i = 0; i < HEAD_DIM / 2; i++) {
        const angle = positions[item * ROWS + row]! * 10000 ** ((-2 * i) / HEAD_DIM);
        const [a, b] = [Number(x.data[at + i]), Number(x.data[at + i + HEAD_DIM / 2])];
        turn.data[at + i] = a * Math.cos(angle) - b * Math.sin(angle);
        turn.data[at + i + HEAD_DIM / 2] = b * Math.cos(angle) + a * Math.sin(angle);
      }
    }
    const y = await computed((x, at) => rotate(x, rotation(at, rotaryFrequencies(10000, HEAD_DIM))), x, ids);
    expect(y.dims).toEqual(x.dims);
    // Angles of some thousand radians have float32's rounding.
    y.data.forEach((value, i) => expect(value).toBeCloseTo(turn.data[i]!, 3));
  });

  it("has torch's frequencies to the last bit", () => {
    // torch: 1.0 / (1e6 ** (torch.arange(0, 8, 2, dtype=torch.float) / 8))
    expect([...rotaryFrequencies(1e6, 8)]).toEqual([
      1, 0.03162277862429619, 0.0010000000474974513, 3.162277425872162e-5,
    ]);
  });
});
