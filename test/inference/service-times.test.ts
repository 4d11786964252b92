import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnswerTask, ChatTask, GenerationResult, PlannedTask, Timing } from "../../inference/index.ts";
import { ServiceTimes } from "../../inference/service-times.ts";
import { chatResult } from "./generations/events.ts";

const image = { bytes: new Uint8Array(1) };
const billion = 1e9;

function timing(changes: Partial<Timing>): Timing {
  const none = { totalMs: 0, queueMs: 0, preprocessMs: 0, encodeMs: 0, decodeMs: 0, encodeBatch: 0, decodeBatch: 0 };
  return { ...none, imageCacheHit: false, ...changes };
}

interface Talk {
  readonly pictures: number;
  readonly characters: number;
  readonly tokens: number;
}

function chat({ pictures, characters, tokens }: Talk): ChatTask {
  const images = Array.from({ length: pictures }, () => image);
  const messages = [{ role: "USER", text: "x".repeat(characters), images }] as const;
  return { kind: "chat", model: "m", messages, options: { maxTokens: tokens } };
}

const talk = fc.record({
  pictures: fc.nat({ max: 3 }),
  characters: fc.nat({ max: 2_000 }),
  tokens: fc.integer({ min: 1, max: 100 }),
});

/** A device on which a picture takes 300 ms, four characters 1 ms and a token 20 ms; the first request is a slow one. */
function learned(talks: readonly Talk[]): ServiceTimes {
  const times = new ServiceTimes();
  talks.forEach((one, i) => {
    const { pictures, characters, tokens } = one;
    const ms = (300 * pictures + Math.ceil(characters / 4) + 20 * tokens) * (i === 0 ? 10 : 1);
    const result = { ...chatResult("", tokens), timing: timing({ decodeMs: 2 * ms, decodeBatch: 2 }) };
    times.took(chat({ ...one, tokens: 256 }), result, billion);
  });
  return times;
}

const many = fc.array(talk, { minLength: 150, maxLength: 150 });

describe("what a request is expected to take of the device", () => {
  it("is guessed by the model's size before the first, for each picture and token that it may have", () => {
    const times = new ServiceTimes();
    const none = { pictures: 0, characters: 0, tokens: 0 };
    const ms = (more: Partial<Talk>, parameters = billion) =>
      times.expectedMs(chat({ ...none, ...more }), parameters) - times.expectedMs(chat(none), parameters);
    expect(ms({ tokens: 100 })).toBeCloseTo(40_000);
    expect(ms({ pictures: 2 })).toBeCloseTo(24_000);
    expect(ms({ tokens: 100 }, billion / 100)).toBeCloseTo(400);
    expect(times.expectedMs({ ...chat(none), options: {} }, billion)).toBeCloseTo(ms({ tokens: 256 }), -2);
  });

  it("is learned of a model, too, whose size nobody has told", () => {
    const times = new ServiceTimes();
    const task = chat({ pictures: 1, characters: 0, tokens: 10 });
    expect(times.expectedMs(task, 0)).toBeLessThan(1);
    times.took(task, { ...chatResult("", 10), timing: timing({ decodeMs: 500, decodeBatch: 1 }) }, 0);
    expect(times.expectedMs(task, 0)).toBeCloseTo(500);
  });

  it("is learned apart for pictures, text and tokens, of requests that have all of them", () => {
    fc.assert(
      fc.property(many, (talks) => {
        const times = learned(talks);
        const tokens = times.expectedMs(chat({ pictures: 0, characters: 0, tokens: 512 }), billion);
        const pictures = times.expectedMs(chat({ pictures: 10, characters: 0, tokens: 0 }), billion);
        expect(tokens / (20 * 512)).toBeGreaterThan(0.7);
        expect(tokens / (20 * 512)).toBeLessThan(1.4);
        expect(pictures / 3_000).toBeGreaterThan(0.5);
        expect(pictures / 3_000).toBeLessThan(2);
      }),
      // Talks that are all alike would tell nothing apart.
      { numRuns: 30, unbiased: true },
    );
  });

  it("never shrinks with more of anything, whatever was learned", () => {
    const options = fc.record({
      maxTokens: fc.nat(512),
      minTokens: fc.nat(512),
      beams: fc.integer({ min: 1, max: 16 }),
    });
    fc.assert(
      fc.property(fc.array(talk, { maxLength: 20 }), talk, talk, options, options, (talks, a, b, some, more) => {
        const times = learned(talks);
        const least: PlannedTask = { ...chat(a), options: some };
        const most: PlannedTask = {
          ...chat({ ...a, pictures: a.pictures + b.pictures, characters: a.characters + b.characters }),
          options: {
            maxTokens: some.maxTokens + more.maxTokens,
            minTokens: some.minTokens + more.minTokens,
            beams: some.beams + more.beams,
          },
        };
        expect(times.expectedMs(most, billion)).toBeGreaterThan(times.expectedMs(least, billion));
        expect(times.expectedMs(least, billion)).toBeGreaterThan(0);
      }),
    );
  });

  it("counts as many tokens as such answers had, where the request does not say, for each beam", () => {
    const times = learned([
      { pictures: 0, characters: 0, tokens: 10 },
      { pictures: 0, characters: 0, tokens: 10 },
    ]);
    const open = (beams: number): PlannedTask => ({
      ...chat({ pictures: 0, characters: 0, tokens: 0 }),
      options: { beams },
    });
    const said = (tokens: number): PlannedTask => chat({ pictures: 0, characters: 0, tokens });
    expect(times.expectedMs(open(1), billion)).toBeCloseTo(times.expectedMs(said(10), billion));
    expect(times.expectedMs(open(4), billion)).toBeCloseTo(times.expectedMs(said(40), billion));
  });
});

describe("what is learned of an answer", () => {
  const question: AnswerTask = { kind: "answer", model: "m", image, question: "what?", options: {} };
  const answer = (tokens: number, changes: Partial<Timing>): GenerationResult => ({
    ...{ text: "", tokens, tokenIds: [], finishReason: "STOP" },
    timing: timing(changes),
  });

  it("is less for pictures whose features are mostly known, also where the first was, and more for others again", () => {
    const times = new ServiceTimes();
    const known = answer(5, { decodeMs: 50, decodeBatch: 1, imageCacheHit: true });
    const unknown = answer(5, { encodeMs: 500, encodeBatch: 1, decodeMs: 50, decodeBatch: 1 });
    const expectedAfter = (result: GenerationResult, count: number): number => {
      for (let i = 0; i < count; i++) times.took(question, result, billion);
      return times.expectedMs({ ...question, options: { maxTokens: 5 } }, billion);
    };
    expect(expectedAfter(known, 1)).toBeCloseTo(50);
    expect(expectedAfter(unknown, 50)).toBeCloseTo(550, 0);
    expect(expectedAfter(known, 50)).toBeCloseTo(50, 0);
  });

  it("is nothing of pictures that it did not have, nor of what took no pass", () => {
    const times = new ServiceTimes();
    const expected = (pictures: number): number =>
      times.expectedMs(chat({ pictures, characters: 0, tokens: 0 }), billion);
    const before = expected(1) - expected(0);
    times.took(chat({ pictures: 0, characters: 10, tokens: 9 }), chatResult("", 9), billion);
    times.took(question, answer(5, {}), billion);
    expect(times.expectedMs(question, billion)).toBe(new ServiceTimes().expectedMs(question, billion));
    expect(expected(1) - expected(0)).toBeCloseTo(before);
  });

  it("is as much where equal ones were given one answer together: the next may have nobody to share with", () => {
    const times = new ServiceTimes();
    const task = chat({ pictures: 0, characters: 4, tokens: 10 });
    for (const deviceMs of [1000, 10, 10, 10]) {
      const took = timing({ decodeMs: 1000, decodeBatch: 1, deviceMs });
      times.took(task, { ...chatResult("", 10), timing: took }, billion);
    }
    expect(times.expectedMs(task, billion)).toBeCloseTo(1000, 0);
  });

  it("is nothing of the usual length where it was chosen", () => {
    const times = new ServiceTimes();
    times.took(question, answer(5, { decodeMs: 50, decodeBatch: 1 }), billion);
    const before = times.expectedMs({ ...question, options: { beams: 16 } }, billion);
    const choices = ["a", "b"];
    for (let i = 0; i < 20; i++)
      times.took({ ...question, choices }, answer(1, { decodeMs: 50, decodeBatch: 1 }), billion);
    const after = times.expectedMs({ ...question, options: { beams: 16 } }, billion);
    expect(after).toBeGreaterThan(before / 2);
  });

  it("grows with choices, each by its length", () => {
    const times = new ServiceTimes();
    const choosing = (choices: readonly string[]) => times.expectedMs({ ...question, choices }, billion);
    expect(choosing(["a", "b"])).toBeGreaterThan(choosing(["a"]));
    expect(choosing(["a".repeat(100)])).toBeGreaterThan(choosing(["a"]));
  });
});
