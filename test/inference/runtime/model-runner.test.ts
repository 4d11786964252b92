import { describe, expect, it } from "vitest";
import type { Networks } from "../../../inference/models/model.ts";
import { ModelRunner } from "../../../inference/runtime/model-runner.ts";
import type { NamedTensors, Session } from "../../../inference/runtime/session.ts";
import type { EncoderItem } from "../../../inference/scheduling/batch.ts";
import type { EncoderCall } from "../../../inference/scheduling/program.ts";
import { float32, type Tensor } from "../../../inference/tensor.ts";

describe("ModelRunner.encode", () => {
  it("gives each item its own row, in order, of its own and its feeds' inputs", async () => {
    const runner = await runnerOf({ name: "sum", cached: false }, ({ own, fed }) => ({ out: plus(own!, fed!) }));
    const outputs = await runner.encode({
      kind: "encoder",
      network: "m/sum",
      items: [item(1, 10), item(2, 20), item(3, 30)],
    });
    expect(outputs).toEqual([11, 22, 33].map((sum) => ({ out: row(sum) })));
  });

  it("gives what is kept memory of its own", async () => {
    for (const cached of [true, false]) {
      const runner = await runnerOf({ name: "sum", cached }, ({ own }) => ({ out: own! }));
      const [first] = await runner.encode({ kind: "encoder", network: "m/sum", items: [item(1, 10), item(2, 20)] });
      expect(first!.out!.data.buffer.byteLength).toBe(cached ? 4 : 8);
    }
  });

  it("refuses a network's outputs that are not one for each item", async () => {
    const runner = await runnerOf({ name: "sum", cached: false }, () => ({
      out: float32([3, 1], new Float32Array(3)),
    }));
    const pass = runner.encode({ kind: "encoder", network: "m/sum", items: [item(1, 10), item(2, 20)] });
    await expect(pass).rejects.toThrow("m/sum gave out[3, 1] for 2 items");
  });
});

function runnerOf(
  network: { name: string; cached: boolean },
  compute: (inputs: NamedTensors) => NamedTensors,
): Promise<ModelRunner> {
  const session: Session = {
    inputNames: [],
    outputNames: [],
    run: (inputs) => Promise.resolve(compute(inputs)),
    release: () => Promise.resolve(),
  };
  const runner = new ModelRunner(() => Promise.resolve(session));
  const networks: Networks = { encoders: [{ ...network, build: () => ({ bytes: new Uint8Array(), folder: "" }) }] };
  return runner.load("m", networks, { threads: 1 }).then(() => runner);
}

/** A call with a value of its own, which reads `fed` of another. */
function item(own: number, fed: number): EncoderItem {
  const other: EncoderCall = { network: "m/other", key: String(fed), inputs: {} };
  const call = { network: "m/sum", key: String(own), inputs: { own: row(own), fed: { call: other, output: "value" } } };
  return { call, resolved: { fed: { value: row(fed), unread: row(-1) } } };
}

function row(value: number): Tensor {
  return float32([1], Float32Array.of(value));
}

function plus(a: Tensor, b: Tensor): Tensor {
  return float32(
    a.dims,
    (a.data as Float32Array).map((value, i) => value + Number(b.data[i])),
  );
}
