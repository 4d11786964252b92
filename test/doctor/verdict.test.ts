import { describe, expect, it } from "vitest";
import type { MemoryNeed } from "../../inference/index.ts";
import type { FittedModels } from "../../src/dtypes.ts";
import type { Candidate } from "../../src/doctor/candidates.ts";
import type { Finding } from "../../src/doctor/finding.ts";
import { printFinding, printModels } from "../../src/doctor/print.ts";
import { problemsOf } from "../../src/doctor/problems.ts";
import { judge, judgeTogether, type Verdict } from "../../src/doctor/verdict.ts";

const place = { repository: "a/model", revision: "main" };
const model = { name: "model", folder: "a/model", dtype: "auto" } as const;
/** So many bytes in all. */
const of = (bytes: number): MemoryNeed => ({ weights: bytes - 2e9, keysValues: 1.5e9, activations: 0.5e9 });
const candidate: Candidate = {
  model,
  place,
  missingBytes: 14e9,
  needs: { float32: of(28e9), int8: of(9e9), int4: of(4.4e9) },
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
    [{ memory: 4e9 }, "in int4 it takes 4.40 GB of memory, where there is room for 4.00 GB"],
    [{ cacheDisk: 13e9 }, "its files take 14.00 GB, and the disk of the cache has 13.00 GB"],
    [{ memory: 9e9, weightDisk: 5e9 }, "its weights in int8 take 7.00 GB, and the disk for them has 5.00 GB"],
  ])("with %j it is not", (room, reason) => {
    expect(judge(candidate, { ...plenty, ...room })).toEqual({ candidate, dtype: undefined, reason });
  });

  it("as it is asked for: what is asked in float32 is not served in less", () => {
    const asked = { ...candidate, model: { ...model, dtype: "float32" as const } };
    expect(judge(asked, { ...plenty, memory: 20e9 }).reason).toContain("in float32 it takes 28.00 GB");
  });

  it("is not known of what only the hub knows", () => {
    const unknown = { model, place, missingBytes: 5e9, needs: undefined };
    expect(judge(unknown, plenty)).toEqual({ candidate: unknown, dtype: undefined, reason: undefined });
  });
});

describe("what is broken", () => {
  const hub = { subject: "hub", state: "note", text: "does not answer" } as const;
  const fits = judge(candidate, plenty);

  const problems = (findings: readonly Finding[], verdicts: readonly Verdict[], room = plenty) => {
    const candidates = verdicts.map((verdict) => verdict.candidate);
    return problemsOf(findings, { verdicts, room, together: judgeTogether(candidates, room) });
  };

  it("is a model that must be fetched and cannot be; none that is here", () => {
    expect(problems([hub], [fits])).toEqual([
      { subject: "model", reason: "it is not here, and nothing can be fetched" },
    ]);
    expect(problems([{ ...hub, state: "good" }], [fits])).toEqual([]);
    expect(problems([hub], [judge({ ...candidate, place: "here" }, plenty)])).toEqual([]);
    expect(problemsOf([hub], { verdicts: [fits], room: plenty, together: undefined })).toEqual([]);
  });

  it("is what cannot be done without, and a model that does not fit", () => {
    const sharp = { subject: "sharp", state: "broken", text: "does not work", remedy: "npm ci" } as const;
    const found = problems([sharp], [judge(candidate, { ...plenty, memory: 0 })]);
    expect(found.map(({ subject }) => subject)).toEqual(["sharp", "model"]);
  });

  it("is models that fit alone and not together", () => {
    const room = { ...plenty, memory: 8e9 };
    const other = { ...candidate, place: "here" as const, model: { ...model, name: "other", folder: "other" } };
    const verdicts = [candidate, other].map((each) => judge({ ...each, place: "here" }, room));
    expect(problems([], verdicts, room)).toEqual([
      { subject: "together", reason: "they take 8.80 GB of memory, where there is room for 8.00 GB" },
    ]);
    expect(problems([], verdicts, { ...plenty, memory: 9e9 })).toEqual([]);
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

  const shared = { process: 2e8, features: 3e8 };
  const models = (memory: number, together?: FittedModels) => {
    const room = { ...plenty, memory };
    return { verdicts: [judge(candidate, room)], room, shared, together };
  };

  it("says under the table why a model cannot be served, unless that is said at the end", () => {
    expect(printModels(models(4e9), [])).toContain("model: in int4 it takes 4.40 GB");
    expect(printModels(models(4e9), [{ subject: "model", reason: "" }])).not.toContain("in int4 it takes");
    expect(printModels(models(4e9), [])).toMatch(/^ {2}model +14.00 GB +28.00 GB +9.00 GB +4.40 GB +-$/m);
    expect(printModels(models(4e9), [])).toContain("There are 4.00 GB for models, beside 0.50 GB for the worker");
  });

  it("gives the sum of a model that is asked about", () => {
    const text = printModels(models(9e9, judgeTogether([candidate], plenty)), []);
    expect(text).toContain("model in int8: 7.00 GB of weights, up to 1.50 GB of keys and values (--kv-cache), 0.50 GB");
  });
});
