import { describe, expect, it } from "vitest";
import { latency } from "../../../bench/simulation/experiments/latency.ts";
import { keyOf, Results } from "../../../bench/simulation/experiments/experiment.ts";
import { drawFigure } from "../../../bench/simulation/plot/figure.ts";
import { count, milliseconds } from "../../../bench/simulation/plot/formats.ts";
import { scaleOf } from "../../../bench/simulation/plot/scale.ts";
import { element, path } from "../../../bench/simulation/plot/svg.ts";
import { type Scenario, simulate } from "../../../bench/simulation/simulate.ts";
import { type Summary, summaryOf } from "../../../bench/simulation/summary.ts";

describe("scales", () => {
  const axis = { label: "", format: count };

  it("go from round number to round number", () => {
    const { place, ticks } = scaleOf({ ...axis, kind: "log" }, [13, 70]);
    expect(ticks).toEqual([10, 20, 50, 100]);
    expect(ticks.map(place)).toEqual([0, expect.closeTo(0.301, 3), expect.closeTo(0.699, 3), 1]);
  });

  it("begin at nothing where they are linear", () => {
    const { place, ticks } = scaleOf({ ...axis, kind: "linear" }, [30, 90]);
    expect([ticks[0], place(0), ticks.at(-1)]).toEqual([0, 0, 100]);
  });

  it("write what people read", () => {
    expect([count(100_000), count(0.05), milliseconds(20), milliseconds(1500)]).toEqual([
      "100k",
      "0.05",
      "20 ms",
      "1.5 s",
    ]);
  });
});

describe("SVG", () => {
  it("escapes what is written, and rounds numbers", () => {
    expect(element("a", { x: 1.26, t: '"<' })).toBe('<a x="1.3" t="&quot;&lt;"/>');
  });

  it("lifts the pen where there is nothing", () => {
    expect(path([[0, 0], [1, 1], undefined, [3, 3]], {})).toBe('<path d="M0 0L1 1M3 3"/>');
  });
});

describe("a figure", () => {
  const scenarios = latency.scenarios("quick");

  it("is the same, byte for byte, of the same results", () => {
    const draw = (): string => drawFigure(latency.figure(resultsOf(scenarios), "quick"));
    const drawn = draw();
    expect(draw()).toBe(drawn);
    expect(drawn).not.toMatch(/NaN|undefined|Infinity/);
  });
});

/** Every scenario, cut to a moment. */
function resultsOf(scenarios: readonly Scenario[]): Results {
  const results = new Results();
  for (const scenario of scenarios) results.add(scenario, momentOf(scenario));
  return results;
}

const moments = new Map<string, Summary>();

function momentOf(scenario: Scenario): Summary {
  const moment = scenario.kind === "cpu" ? { warmUpMs: 0, windowMs: 60_000 } : { warmUpMs: 0, windowMs: 300 };
  const load = { ...scenario.load, perSecond: Math.max(scenario.load.perSecond, scenario.kind === "cpu" ? 1 : 300) };
  const short = { ...scenario, ...moment, load };
  const summary = moments.get(keyOf(short)) ?? summaryOf(simulate(short));
  moments.set(keyOf(short), summary);
  return summary;
}
