import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Problem } from "../../../web/src/graph/problem.ts";
import * as uploads from "../../../web/src/search/uploads.ts";
import type { NamedFile, Upload, Uploads } from "../../../web/src/search/uploads.ts";

const files = (count: number): readonly NamedFile[] =>
  Array.from({ length: count }, (_, i) => ({ path: `${i}.png`, file: new File(["x"], `${i}.png`) }));
const overloaded: Problem = { code: "OVERLOADED", message: "busy", retryAfterMs: 500 };
const unreadable: Problem = { code: "IMAGE_UNREADABLE", message: "broken" };
const offline: Problem = { code: "OFFLINE", message: "away" };

const of = ({ items }: Uploads, kind: Upload["state"]["kind"]): readonly number[] =>
  items.filter(({ state }) => state.kind === kind).map(({ id }) => id);
const advanced = (state: Uploads, now: number): Uploads =>
  uploads.begun(
    state,
    uploads.startable(state, now).map(({ id }) => id),
  );
const started = (count: number): Uploads => advanced(uploads.added(uploads.noUploads, files(count), []), 0);

describe("uploads", () => {
  it("send three at once, the first first", () => {
    const state = started(5);
    expect(of(state, "sending")).toEqual([0, 1, 2]);
    expect(of(advanced(uploads.ended(state, 1, "done", 0), 0), "sending")).toEqual([0, 2, 3]);
  });

  it("wait for as long as a server without room says, all of them, and then go on with the refused one", () => {
    const state = uploads.ended(started(5), 0, overloaded, 100);
    expect(uploads.startable(state, 599)).toEqual([]);
    expect(uploads.startable(state, 600).map(({ id }) => id)).toEqual([0]);
  });

  it("give up one that is refused too often", () => {
    let state = started(1);
    for (let i = 0; i < uploads.MAX_REFUSED; i++) state = advanced(uploads.ended(state, 0, overloaded, i * 1e4), 1e9);
    expect(of(state, "failed")).toEqual([0]);
    expect(of(advanced(uploads.retried(state), 1e9), "sending")).toEqual([0]);
  });

  it("pause by themselves while the server is away, and lose nothing by it", () => {
    const state = uploads.ended(started(2), 0, offline, 0);
    expect([state.pause, of(state, "waiting")]).toEqual(["offline", [0]]);
    expect(uploads.startable(uploads.goneOn(state), 0).map(({ id }) => id)).toEqual([0]);
  });

  it("forget what is cancelled, and keep what failed to be seen", () => {
    const state = uploads.cancelled(uploads.ended(started(5), 0, unreadable, 0));
    expect(state.items.map(({ id }) => id)).toEqual([0]);
    expect(uploads.ended(state, 1, "done", 0)).toEqual(state);
  });

  it("whatever happens: at most three at once, nothing lost, nothing sent twice but what came back, and pauses hold", () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 120 }), (steps) => expectSound(steps)));
  });
});

type Step =
  | { readonly kind: "add"; readonly count: number }
  | { readonly kind: "end"; readonly which: number; readonly end: uploads.UploadEnd }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "press"; readonly button: keyof typeof buttons };

const buttons = { pause: uploads.paused, goOn: uploads.goneOn, retry: uploads.retried, cancel: uploads.cancelled };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("add" as const), count: fc.integer({ min: 1, max: 6 }) }),
  fc.record({
    kind: fc.constant("end" as const),
    which: fc.nat(2),
    end: fc.constantFrom<uploads.UploadEnd>("done", "done", "done", overloaded, unreadable, offline),
  }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 700 }) }),
  fc.record({
    kind: fc.constant("press" as const),
    button: fc.constantFrom("pause" as const, "goOn" as const, "retry" as const, "cancel" as const),
  }),
);

/** Plays the steps, with the server as a list of what it was sent and what came back. */
function expectSound(steps: readonly Step[]): void {
  let [state, now, numAdded, numCancelled] = [uploads.noUploads, 0, 0, 0];
  const away = new Map<number, number>();
  const done = new Set<number>();
  for (const each of steps) {
    const before = state;
    if (each.kind === "add") {
      state = uploads.added(state, files(each.count), []);
      numAdded += each.count;
    } else if (each.kind === "wait") now += each.ms;
    else if (each.kind === "press") {
      state = buttons[each.button](state);
      numCancelled += before.items.length - state.items.length;
      if (each.button === "cancel") away.clear();
    } else {
      const id = [...away.keys()][each.which];
      if (id === undefined) continue;
      away.delete(id);
      state = uploads.ended(state, id, each.end, now);
      if (each.end === "done") done.add(id);
    }
    for (const { id } of uploads.startable(state, now)) {
      expect(away.has(id) || done.has(id), `${id} is sent twice`).toBe(false);
      expect(state.pause === "none" && now >= state.heldUntil).toBe(true);
      away.set(id, now);
      state = uploads.begun(state, [id]);
    }
    expect(away.size).toBeLessThanOrEqual(uploads.MAX_AT_ONCE);
    expect(of(state, "sending").toSorted()).toEqual([...away.keys()].toSorted());
    expect(state.items.length + numCancelled).toBe(numAdded);
    expect(of(state, "done").length).toBe(done.size);
  }
}
