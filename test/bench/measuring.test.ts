import { describe, expect, it } from "vitest";
import { setImmediate } from "node:timers/promises";
import { closedLoop } from "../../bench/closed-loop.ts";
import { passesBetween } from "../../bench/network-passes.ts";
import { passCosts } from "../../bench/profile.ts";
import { median, quantile } from "../../bench/statistics.ts";
import { table } from "../../bench/table.ts";
import { TOKENS } from "../../bench/caption.ts";

describe("a closed loop", () => {
  it("keeps one request of each client in flight", async () => {
    let [inFlight, most] = [0, 0];
    const { results } = await closedLoop([1, 2, 3, 4, 5, 6, 7], { clients: 3, budgetMs: 10_000 }, async (item) => {
      most = Math.max(most, ++inFlight);
      await setImmediate();
      inFlight -= 1;
      return item;
    });
    expect(results.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });

  it("begins nothing after its time", async () => {
    const { results } = await closedLoop([1, 2, 3], { clients: 1, budgetMs: -1 }, (item) => Promise.resolve(item));
    expect(results).toEqual([1]);
  });

  it("fails with the first that fails", async () => {
    const failing = closedLoop([1], { clients: 2, budgetMs: 1_000 }, () => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
  });
});

describe("figures", () => {
  it("have nearest-rank quantiles", () => {
    const values = [5, 1, 4, 2, 3];
    expect([quantile(values, 0), median(values), quantile(values, 0.99)]).toEqual([1, 3, 5]);
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });

  it("count what ran between two readings", () => {
    const before = { vision: { passes: 2, items: 3 } };
    const after = { vision: { passes: 5, items: 9 }, decoder: { passes: 1, items: 4 } };
    expect(passesBetween(before, after)).toEqual({ vision: { passes: 3, items: 6 }, decoder: { passes: 1, items: 4 } });
  });

  it("put a pass's cost beside its batch", () => {
    const timing = {
      queueMs: 0,
      preprocessMs: 0,
      encodeMs: 30,
      encodeBatch: 3,
      decodeMs: 8 * TOKENS,
      decodeBatch: 6.2,
    };
    const costs = passCosts({ fresh: [{ latencyMs: 0, timing }], again: [] });
    expect(costs).toEqual([
      { network: "vision + memory", batch: "3–4", passMs: 30, itemMs: 10 },
      { network: "decoder", batch: "5–8", passMs: 8, itemMs: 8 / 6 },
    ]);
  });

  it("stand in aligned columns", () => {
    expect(
      table(
        ["name", "ms"],
        [
          ["vision", 1234.56],
          ["memory", 7],
        ],
      ).split("\n"),
    ).toEqual(["|   name |     ms |", "|-------:|-------:|", "| vision | 1234.6 |", "| memory |    7.0 |"]);
  });
});
