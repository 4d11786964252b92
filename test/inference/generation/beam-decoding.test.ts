import { describe, expect, it } from "vitest";
import { startDecoding } from "../../../inference/generation/decoding.ts";
import type { DecodeSpec, Strategy } from "../../../inference/scheduling/program.ts";
import { drive, type LanguageModel } from "./drive.ts";
import { golden } from "./golden.ts";

interface Case {
  table: number;
  promptTokenIds: number[];
  beams: number;
  lengthPenalty: number;
  earlyStopping: boolean;
  minTokens: number;
  maxTokens: number;
  repetitionPenalty: number;
  sequences: number[][];
}

const { tables, rows, eosTokenId, cases } = golden("beam.json") as {
  tables: number[][][];
  rows: number;
  eosTokenId: number;
  cases: Case[];
};

describe("greedy and beam search", () => {
  it.each(cases.map((c, i) => [i, c] as const))("find what transformers finds, case %i", (_, c) => {
    const decoding = startDecoding(specOf(c));
    const { tokenIds, finishReason } = drive(decoding, tableModel(c.table));
    const said = finishReason === "STOP" ? [eosTokenId] : [];
    expect([...c.promptTokenIds, ...tokenIds, ...said]).toEqual(c.sequences[0]);
    expect(decoding.rows.length).toBeLessThanOrEqual(decoding.maxRows);
  });

  it("have both ends and all settings among the cases", () => {
    const last = cases.map((c) => c.sequences[0]!.at(-1) === eosTokenId);
    expect(new Set(last).size).toBe(2);
    expect(new Set(cases.map(({ beams, earlyStopping }) => `${beams} ${earlyStopping}`)).size).toBe(10);
  });
});

function specOf(c: Case): DecodeSpec {
  return { promptTokenIds: c.promptTokenIds, eosTokenIds: [eosTokenId], strategy: strategyOf(c) };
}

function strategyOf({ beams, lengthPenalty, earlyStopping, maxTokens, minTokens, repetitionPenalty }: Case): Strategy {
  const length = { maxTokens, minTokens, repetitionPenalty };
  if (beams === 1) return { kind: "sample", sampling: { kind: "greedy" }, ...length };
  return { kind: "beam", beams, lengthPenalty, earlyStopping, ...length };
}

function tableModel(table: number): LanguageModel {
  return (ids) => {
    const [before, last] = [ids.at(-2) ?? 0, ids.at(-1)!];
    return Float32Array.from(tables[table]![(31 * before + 7 * last + 13 * ids.length) % rows]!);
  };
}
