import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, expect, it } from "vitest";
import type { Generation } from "../../../inference/scheduling/program.ts";
import type { Finished } from "../../../inference/scheduling/request.ts";
import { alone, type Asked, type Mix, mix } from "./mixes.ts";
import { playFake, type Trouble } from "./fake-stage.ts";

describe("a request in any company", () => {
  it("gets the tokens that it would get alone", async () => {
    const seen = { reusedRows: 0, shared: 0 };
    const check = async (mixed: Mix): Promise<void> => {
      const { reusedRows, shared } = await sameAsAlone(mixed);
      seen.reusedRows += reusedRows;
      seen.shared += shared;
    };
    await fc.assert(fc.asyncProperty(mix, check), { numRuns: 1000 });
    expect(seen.reusedRows).toBeGreaterThan(500);
    expect(seen.shared).toBeGreaterThan(200);
  }, 120_000);

  const passes = fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 4 });

  it("gets them also where memory runs out in passes, and all that is kept is given back", async () => {
    const check = async (mixed: Mix, short: readonly number[]): Promise<void> => {
      await sameAsAlone(mixed, { short: new Set(short) });
    };
    await fc.assert(fc.asyncProperty(mix, passes, check), { numRuns: 100 });
  }, 120_000);

  it("gets them also where passes break that it is not in", async () => {
    await fc.assert(fc.asyncProperty(mix, passes, sameOrBroken), { numRuns: 300 });
  }, 120_000);
});

/** Rows that were reused, and requests that had another's sequence, all in all. */
async function sameAsAlone(mixed: Mix, trouble?: Trouble): Promise<{ reusedRows: number; shared: number }> {
  const { finished, told, shared } = await playFake(mixed, trouble);
  mixed.requests.forEach((asked, i) => {
    const end = finished.get(i);
    assert(end !== undefined || asked.cancelAt !== undefined, `${i} never ended`);
    if (end === undefined) return;
    const generation = generationOf(end);
    assertSame(generation, asked);
    assertTold(told.get(i) ?? [], generation, asked);
  });
  const reused = [...finished.values()].map((end) => ("usage" in end ? end.usage.reusedRows : 0));
  return { reusedRows: reused.reduce((sum, rows) => sum + rows, 0), shared };
}

async function sameOrBroken(mixed: Mix, broken: readonly number[]): Promise<void> {
  const { finished } = await playFake(mixed, { broken: new Set(broken) });
  mixed.requests.forEach((asked, i) => {
    const end = finished.get(i);
    assert(end !== undefined || asked.cancelAt !== undefined, `${i} never ended`);
    if (end === undefined) return;
    if ("error" in end) assert.equal(end.error.message, "broken by the test");
    else assertSame(generationOf(end), asked);
  });
}

function generationOf(end: Finished): Generation {
  assert(!("error" in end), "error" in end ? end.error.message : "");
  return end.outcome.generation!;
}

function assertSame(generation: Generation, asked: Asked): void {
  const whole = alone(asked);
  if (isEndedEarly(asked, generation))
    assert.deepEqual(generation.tokenIds, whole.tokenIds.slice(0, generation.tokenIds.length));
  else assert.deepEqual(generation, whole);
}

/** Streams tell what was generated after what was resumed, unless the strategy settles on nothing before its end. */
function assertTold(told: readonly number[], generation: Generation, asked: Asked): void {
  const streams = asked.streams || asked.endAfter !== undefined;
  const tells = streams && asked.spec.strategy.kind === "sample";
  assert.deepEqual(told, tells ? generation.tokenIds.slice(asked.spec.resumedTokenIds?.length ?? 0) : []);
}

function isEndedEarly({ endAfter, spec }: Asked, { tokenIds }: Generation): boolean {
  return endAfter !== undefined && spec.strategy.kind === "sample" && tokenIds.length >= endAfter;
}
