import { describe, expect, it } from "vitest";
import { startDecoding } from "../../../inference/generation/decoding.ts";
import type { WantedRow } from "../../../inference/runtime/decoder-inputs.ts";
import { outputsFor, rowLogits } from "../../../inference/runtime/decoder-outputs.ts";
import { type LogitsWanted, newSequence } from "../../../inference/scheduling/sequence.ts";
import { float32 } from "../../../inference/tensor.ts";

const NAMES = ["logits", "top_logits", "top_ids", "log_total", "k.0", "v.0"];

describe("a decoder pass's outputs", () => {
  it("leave the whole vocabulary where it is, unless a row needs it", () => {
    const fetched = (...wanted: WantedRow[]) => outputsFor({ wanted, chunk: undefined }, NAMES);
    expect(fetched(wanting({ top: 5 }), wanting({ top: 1 }))).toEqual(NAMES.slice(1));
    expect(fetched(wanting({ top: 5 }), wanting("all"))).toEqual(NAMES);
    expect(fetched()).toEqual(NAMES.slice(1));
  });

  it("have a chunk's keys and values only where there is a chunk", () => {
    const names = [...NAMES, "chunk_k.0", "chunk_v.0"];
    const wanted = [wanting("all")];
    const chunk = { sequence: wanted[0]!.sequence, slot: 1, numRows: 3, stepMs: 1 };
    expect(outputsFor({ wanted, chunk: undefined }, names)).toEqual(NAMES);
    expect(outputsFor({ wanted, chunk }, names)).toEqual(names);
  });

  it("are told to each row", () => {
    const top = {
      top_ids: { dims: [2, 2], data: BigInt64Array.of(3n, 1n, 0n, 2n) },
      top_logits: float32([2, 2], Float32Array.of(9, 8, 7, 6)),
      log_total: float32([2], Float32Array.of(10, 11)),
    };
    const second = { topIds: [0, 2], topLogits: Float32Array.of(7, 6), logTotal: 11 };
    expect(rowLogits(top)(1)).toEqual({ ...second, all: undefined });
    const logits = float32([2, 4], Float32Array.of(0, 8, 0, 9, 7, 1, 6, 2));
    expect(rowLogits({ ...top, logits })(1)).toEqual({ ...second, all: Float32Array.of(7, 1, 6, 2) });
  });
});

function wanting(logits: LogitsWanted): WantedRow {
  const length = { maxTokens: 1, minTokens: 0, repetitionPenalty: 1 };
  const strategy = { kind: "sample", sampling: { kind: "greedy" }, ...length } as const;
  const decoding = startDecoding({ promptTokenIds: [1], eosTokenIds: [], strategy });
  return { sequence: newSequence({ id: "a", model: "m", decoding }), row: 0, logits };
}
