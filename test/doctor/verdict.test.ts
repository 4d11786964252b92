import { describe, expect, it } from "vitest";
import type { Candidate } from "../../src/doctor/candidates.ts";
import { printFinding, printModels } from "../../src/doctor/print.ts";
import { problemsOf } from "../../src/doctor/problems.ts";
import { judge } from "../../src/doctor/verdict.ts";

const place = { repository: "a/model", revision: "main" };
const model = { name: "model", folder: "a/model", dtype: "auto" } as const;
const candidate: Candidate = {
  model,
  place,
  missingBytes: 14e9,
  weights: { float32: 28e9, int8: 9e9, int4: 4.4e9 },
};
const plenty = { memory: 100e9, cacheDisk: 100e9, weightDisk: 100e9 };

describe("whether a model could be served", () => {
  it.each([
    [28e9, "float32"],
    [27e9, "int8"],
    [8e9, "int4"],
  ])("with %i bytes for weights it is, in %s", (memory, dtype) => {
    expect(judge(candidate, { ...plenty, memory })).toEqual({ candidate, dtype, reason: undefined });
  });

  it.each([
    [{ memory: 4e9 }, "in int4 its weights take 4.40 GB of memory, where there is room for 4.00 GB"],
    [{ cacheDisk: 13e9 }, "its files take 14.00 GB, and the disk of the cache has 13.00 GB"],
    [{ memory: 9e9, weightDisk: 5e9 }, "its weights in int8 take 9.00 GB, and the disk for them has 5.00 GB"],
  ])("with %j it is not", (room, reason) => {
    expect(judge(candidate, { ...plenty, ...room })).toEqual({ candidate, dtype: undefined, reason });
  });

  it("as it is asked for: what is asked in float32 is not served in less", () => {
    const asked = { ...candidate, model: { ...model, dtype: "float32" as const } };
    expect(judge(asked, { ...plenty, memory: 20e9 }).reason).toContain("in float32 its weights take 28.00 GB");
  });

  it("is not known of what only the hub knows", () => {
    const unknown = { model, place, missingBytes: 5e9, weights: undefined };
    expect(judge(unknown, plenty)).toEqual({ candidate: unknown, dtype: undefined, reason: undefined });
  });
});

describe("what is broken", () => {
  const hub = { subject: "hub", state: "note", text: "does not answer" } as const;
  const fits = judge(candidate, plenty);

  it("is a model that must be fetched and cannot be; none that is here", () => {
    expect(problemsOf([hub], [fits])).toEqual([
      { subject: "model", reason: "it is not here, and nothing can be fetched" },
    ]);
    expect(problemsOf([{ ...hub, state: "good" }], [fits])).toEqual([]);
    expect(problemsOf([hub], [judge({ ...candidate, place: "here" }, plenty)])).toEqual([]);
  });

  it("is what cannot be done without, and a model that does not fit", () => {
    const sharp = { subject: "sharp", state: "broken", text: "does not work", remedy: "npm ci" } as const;
    const problems = problemsOf([sharp], [judge(candidate, { ...plenty, memory: 0 })]);
    expect(problems.map(({ subject }) => subject)).toEqual(["sharp", "model"]);
  });
});

describe("what is printed", () => {
  it("keeps to 100 columns, with the remedy below", () => {
    const text = Array.from({ length: 40 }, (_, i) => `word${i}`).join(" ");
    const lines = printFinding({ subject: "sharp", state: "broken", text, remedy: "npm ci" }).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(lines[0]).toMatch(/^ {2}BROKEN {2}sharp +word0 word1 /);
    expect(lines.at(-1)).toMatch(/^ {24}→ npm ci$/);
  });

  it("says under the table why a model cannot be served, unless that is said at the end", () => {
    const verdicts = [judge(candidate, { ...plenty, memory: 4e9 })];
    const models = { verdicts, room: plenty, kvCacheBytes: 1e9 };
    expect(printModels(models, [])).toContain("model: in int4 its weights take 4.40 GB");
    expect(printModels(models, [{ subject: "model", reason: "" }])).not.toContain("in int4 its weights");
    expect(printModels(models, [])).toMatch(/^ {2}model +14.00 GB +28.00 GB +9.00 GB +4.40 GB +-$/m);
  });
});
