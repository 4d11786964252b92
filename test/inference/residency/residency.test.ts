import { describe, expect, it } from "vitest";
import { Residency } from "../../../inference/residency/residency.ts";
import { budgetOf } from "./memory.ts";

const names = ["a", "b", "c"];

/** a and b of size 4, c of 6, in 10; what starts has started. */
function started(options: Parameters<typeof budgetOf>[2] = {}, room = 10): Residency {
  const residency = new Residency(names, budgetOf(room, { a: 4, b: 4, c: 6 }, options));
  for (const name of residency.residents) residency.loaded(name, 0);
  return residency;
}

/** The steps that are due, in words. */
function steps(residency: Residency, now = 0): string[] {
  const due: string[] = [];
  for (let step = residency.next(now); step !== undefined; step = residency.next(now)) {
    due.push(step.kind === "replace" ? `replace by ${residency.residents.join(", ")}` : `${step.kind} ${step.model}`);
  }
  return due;
}

describe("at the start", () => {
  it("as many are in memory as fit, in the order of serving", () => {
    expect(started().residents).toEqual(["a", "b"]);
    expect(started({}, 14).residents).toEqual(["a", "b", "c"]);
    expect(started({}, 9).residents).toEqual(["a", "b"]);
    expect(started({}, 7).residents).toEqual(["a"]);
  });

  it("those that are pinned come first, and keep others out that would never fit beside them", () => {
    const residency = started({ pinned: ["c"] }, 9);
    expect(residency.residents).toEqual(["c"]);
    expect([...residency.refusals.keys()]).toEqual(["a", "b"]);
  });

  it("all are loaded where nothing is known of their needs", () => {
    expect(new Residency(["x", "y"], budgetOf(1, {})).residents).toEqual(["x", "y"]);
  });
});

describe("a model that is asked for", () => {
  it("is loaded beside the others where it fits", () => {
    const residency = started({ idleUnloadMs: 100 });
    expect(steps(residency, 100)).toEqual(["replace by "]);
    expect(residency.asked("b", 200)).toBe("hold");
    expect(residency.absence("b")).toBe("awaited");
    expect(steps(residency, 200)).toEqual(["load b"]);
    residency.loaded("b", 300);
    expect(residency.absence("b")).toBeUndefined();
    expect(residency.asked("b", 300)).toBe("send");
  });

  it("takes the place of the one that was used least recently", () => {
    const residency = started();
    residency.asked("a", 1);
    residency.ended("a", "send", 2);
    expect(residency.asked("c", 3)).toBe("hold");
    expect(steps(residency, 3)).toEqual(["replace by a, c"]);
    expect(residency.absence("b")).toBe("unloaded");
  });

  it("takes the place of none that is pinned", () => {
    const residency = started({ pinned: ["b"] });
    residency.asked("a", 1);
    residency.ended("a", "send", 2);
    residency.asked("c", 3);
    expect(steps(residency, 3)).toEqual(["replace by b, c"]);
  });

  it("takes the place of one in which nobody runs rather than of one that was used longer ago", () => {
    const residency = started();
    residency.asked("a", 1);
    residency.asked("b", 2);
    residency.ended("b", "send", 3);
    residency.asked("c", 4);
    expect(steps(residency, 4)).toEqual(["replace by a, c"]);
  });

  it("waits for those who run where they must go, and whoever asks for these meanwhile waits behind it", () => {
    const residency = started();
    residency.asked("a", 1);
    residency.asked("b", 1);
    residency.asked("c", 2);
    expect(steps(residency, 2)).toEqual([]);
    expect(residency.asked("a", 3)).toBe("hold");
    expect(residency.asked("b", 3)).toBe("send");
    residency.ended("a", "send", 4);
    expect(steps(residency, 4)).toEqual(["replace by b, c"]);
    expect(residency.absence("a")).toBe("awaited");
  });

  it("lets those go on who wait behind it when it is not wanted any more", () => {
    const residency = started();
    residency.asked("a", 1);
    residency.asked("b", 1);
    residency.asked("c", 2);
    steps(residency, 2);
    residency.asked("a", 3);
    residency.ended("c", "hold", 4);
    expect(steps(residency, 4)).toEqual(["release a"]);
    expect(residency.absence("c")).toBe("unloaded");
  });
});

describe("a model that nobody asks for", () => {
  it("is unloaded after a time, when nobody runs in any", () => {
    const residency = started({ idleUnloadMs: 100 });
    residency.asked("a", 50);
    expect(steps(residency, 120)).toEqual([]);
    residency.ended("a", "send", 130);
    expect(steps(residency, 140)).toEqual(["replace by a"]);
    residency.loaded("a", 150);
    expect(steps(residency, 229)).toEqual([]);
    expect(steps(residency, 250)).toEqual(["replace by "]);
  });

  it("stays if it is pinned, and where no time is set", () => {
    const residency = started({ idleUnloadMs: 100, pinned: ["b"] });
    expect(steps(residency, 1e9)).toEqual(["replace by b"]);
    expect(steps(started(), 1e9)).toEqual([]);
  });
});

describe("a worker that dies", () => {
  it("is followed by one that has the same, but for what was loaded on demand just then", () => {
    const residency = started({ idleUnloadMs: 100, pinned: ["b"] });
    steps(residency, 100);
    residency.loaded("b", 100);
    residency.asked("a", 150);
    expect(steps(residency, 150)).toEqual(["load a"]);
    expect(residency.died(160)).toEqual(["a"]);
    expect(residency.residents).toEqual(["b"]);
    expect(steps(residency, 170)).toEqual(["load a"]);
  });
});

it("what a model's passes take counts as it was measured", () => {
  const [estimated, measured] = [started(), started()];
  measured.measured("b", 1);
  for (const residency of [estimated, measured]) residency.asked("c", 1);
  expect(steps(estimated, 1)).toEqual(["replace by b, c"]);
  expect(steps(measured, 1)).toEqual(["replace by c"]);
});

it("what turns out not to fit beside what is pinned is refused to whoever waits for it", () => {
  const residency = started({ pinned: ["a"] });
  residency.measured("a", 1);
  expect(residency.asked("c", 1)).toBe("hold");
  expect(steps(residency, 1)).toEqual(["refuse c"]);
  expect(residency.refusals.get("c")).toContain("the budget is");
  residency.ended("c", "hold", 1);
  expect(steps(residency, 2)).toEqual([]);
});
