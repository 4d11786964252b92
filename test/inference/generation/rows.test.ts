import { describe, expect, it } from "vitest";
import { promptRows } from "../../../inference/generation/rows.ts";
import type { DecodeSpec, FeatureSpan } from "../../../inference/scheduling/program.ts";

describe("promptRows", () => {
  it("tells a picture's rows by its content and their place in it, not by where they stand", () => {
    const rows = promptRows(promptOf(7, [spanOf(1, 2, "x"), spanOf(4, 2, "x"), spanOf(6, 1, "y")]));
    expect(rows[0]).toEqual({ tokenId: 9, position: 0, parent: undefined });
    expect([rows[1]!.feature, rows[2]!.feature]).toEqual([rows[4]!.feature, rows[5]!.feature]);
    expect(rows[1]!.feature).toEqual({ source: "m/vision x rows", row: 0 });
    expect(rows[6]!.feature).toEqual({ source: "m/vision y rows", row: 0 });
    expect(rows.map(({ parent }) => parent)).toEqual([undefined, 0, 1, 2, 3, 4, 5]);
  });

  it("tells them by their places in the output, where a span begins inside it", () => {
    const rows = promptRows(promptOf(3, [{ ...spanOf(1, 2, "x"), from: 5 }]));
    expect(rows.map(({ feature }) => feature?.row)).toEqual([undefined, 5, 6]);
  });

  it("refuses features that have no place in the prompt", () => {
    expect(() => promptRows(promptOf(3, [spanOf(2, 2, "x")]))).toThrow("features to row 4 of a prompt of 3");
  });
});

function promptOf(length: number, features: readonly FeatureSpan[]): DecodeSpec {
  const promptTokenIds = Array.from({ length }, () => 9);
  return { promptTokenIds, features, eosTokenIds: [], strategy: { kind: "rank", choices: [], candidates: 1 } };
}

function spanOf(start: number, rows: number, key: string): FeatureSpan {
  return { start, rows, source: { call: { network: "m/vision", key, inputs: {} }, output: "rows" } };
}
