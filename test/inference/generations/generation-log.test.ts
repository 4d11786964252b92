import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GenerationLog, type GenerationEvent, type NumberedEvent } from "../../../inference/generation-log.ts";
import { completed, started } from "./events.ts";

const deltas = fc.array(fc.string({ maxLength: 5 }), { maxLength: 60 });
const events = fc.record({ deltas, maxEvents: fc.integer({ min: 4, max: 80 }) });

/** A log to its end, with what it was told. */
function written({
  deltas,
  maxEvents,
}: {
  readonly deltas: readonly string[];
  readonly maxEvents: number;
}): GenerationLog {
  const log = new GenerationLog({ maxEvents });
  log.append({ type: "queued", position: 0, estimatedWaitMs: 0 });
  for (const delta of deltas) log.append({ type: "delta", delta });
  log.append(completed);
  return log;
}

/** What a reader sees that takes some events singly and some merged. */
function read(log: GenerationLog, after: number, merges: (turn: number) => boolean = () => false): NumberedEvent[] {
  const seen: NumberedEvent[] = [];
  for (let turn = 0; ; turn++) {
    const event = merges(turn) ? log.nextMerged(after) : log.next(after);
    if (event === undefined) return seen;
    seen.push(event);
    after = event.seq;
  }
}

const deltaOf = (event: GenerationEvent): string => (event.type === "delta" ? event.delta : "");

describe("a generation's log", () => {
  it("numbers from 0 without a gap, ends once, and its deltas joined are the text", () => {
    fc.assert(
      fc.property(events, (told) => {
        const seen = read(written(told), -1);
        const text = told.deltas.join("");
        expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, i) => i));
        expect(seen.filter(({ type }) => type === "completed" || type === "failed")).toEqual([seen.at(-1)]);
        expect(seen.map(deltaOf).join("")).toBe(text);
        expect(seen.at(-1)!.text).toBe(text);
        expect(seen.length).toBeLessThanOrEqual(told.maxEvents);
        expect(seen.every((event) => event.type !== "delta" || event.delta !== "")).toBe(true);
        seen.forEach(({ text: soFar }, i) =>
          expect(soFar).toBe(
            seen
              .slice(0, i + 1)
              .map(deltaOf)
              .join(""),
          ),
        );
      }),
    );
  });

  it("gives the rest after any number, merged or not, with nothing lost or repeated", () => {
    fc.assert(
      fc.property(events, fc.nat(80), fc.infiniteStream(fc.boolean()), (told, place, coins) => {
        const log = written(told);
        const after = Math.min(place, log.lastSeq) - 1;
        const whole = read(log, -1);
        const seen = read(log, after, () => Boolean(coins.next().value));
        const missed = whole
          .slice(0, after + 1)
          .map(deltaOf)
          .join("");
        expect(missed + seen.map(deltaOf).join("")).toBe(log.text);
        expect(seen.map(({ seq }) => seq)).toEqual([...new Set(seen.map(({ seq }) => seq))].sort((a, b) => a - b));
        expect(seen.at(-1)?.type).toBe("completed");
        for (const event of seen) expect(event.text).toBe(whole[event.seq]!.text);
      }),
    );
  });

  it("says how far a reader is behind", () => {
    const log = new GenerationLog();
    expect(log.backlog(-1)).toEqual({ events: 0, characters: 0 });
    log.append({ type: "queued", position: 0, estimatedWaitMs: 0 });
    log.append({ type: "delta", delta: "four" });
    log.append({ type: "delta", delta: "two!" });
    expect(log.backlog(-1)).toEqual({ events: 3, characters: 8 });
    expect(log.backlog(1)).toEqual({ events: 1, characters: 4 });
    expect(log.backlog(2)).toEqual({ events: 0, characters: 0 });
  });

  it("merges only deltas, and takes nothing after the end", () => {
    const log = new GenerationLog();
    for (const delta of ["a", "b"]) log.append({ type: "delta", delta });
    log.append(started);
    log.append({ type: "delta", delta: "c" });
    log.append(completed);
    expect(read(log, -1, () => true).map(({ type, seq, text }) => [type, seq, text])).toEqual([
      ["delta", 1, "ab"],
      ["started", 2, "ab"],
      ["delta", 3, "abc"],
      ["completed", 4, "abc"],
    ]);
    expect(() => log.append({ type: "delta", delta: "d" })).toThrow(RangeError);
    expect(() => log.append(completed)).toThrow(RangeError);
  });
});
