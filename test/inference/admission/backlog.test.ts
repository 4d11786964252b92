import { describe, expect, it } from "vitest";
import { Backlog } from "../../../inference/admission/backlog.ts";
import type { Claimant } from "../../../inference/scheduling/claim.ts";

const timing = {
  totalMs: 0,
  queueMs: 0,
  preprocessMs: 0,
  encodeMs: 0,
  decodeMs: 0,
  encodeBatch: 0,
  decodeBatch: 0,
  imageCacheHit: false,
};

/** Of which a caption takes a second, half of it in passes that two others share. */
function backlog(): Backlog {
  const backlog = new Backlog();
  backlog.took("caption", { ...timing, encodeMs: 500, encodeBatch: 1, decodeMs: 1500, decodeBatch: 3 }, 0);
  return backlog;
}

const caption = (claimant: Claimant) => ({ claimant, sort: "caption" });

function add(backlog: Backlog, times: number, claimant: Claimant): void {
  for (let i = 0; i < times; i++) backlog.add(caption(claimant));
}

describe("the backlog", () => {
  it("expects of a request what others of its sort took, their shares of passes counted", () => {
    expect(backlog().expectedMs("caption")).toBe(1000);
    expect(backlog().expectedMs("chat")).toBe(0);
  });

  it("expects of a request only its part of what equal ones were given together", () => {
    const all = backlog();
    for (let i = 0; i < 80; i++)
      all.took("caption", { ...timing, decodeMs: 1000, decodeBatch: 1, deviceMs: 10 }, 1000 * i);
    expect(all.expectedMs("caption")).toBeCloseTo(10, 1);
  });

  it("counts all that a client has in flight", () => {
    const all = backlog();
    add(all, 9, { client: "ann" });
    expect(all.waitMs(caption({ client: "ann" }))).toBe(9000);
  });

  it("counts of another client no more than of one's own", () => {
    const all = backlog();
    add(all, 100, { client: "greedy" });
    add(all, 1, { client: "cy" });
    expect(all.waitMs(caption({ client: "polite" }))).toBe(2000);
    expect(all.waitMs(caption({ client: "greedy" }))).toBe(101_000);
  });

  it("counts nothing that goes behind", () => {
    const all = backlog();
    add(all, 50, { client: "indexing", priority: "bulk" });
    add(all, 2, { client: "ann" });
    expect(all.waitMs(caption({ client: "bob" }))).toBe(1000);
    expect(all.waitMs(caption({ client: "bob", priority: "interactive" }))).toBe(0);
    expect(all.waitMs(caption({ client: "indexing", priority: "bulk" }))).toBe(52_000);
  });

  it("tells which clients share the device with one that comes", () => {
    const all = backlog();
    add(all, 50, { client: "indexing", priority: "bulk" });
    add(all, 2, { client: "ann" });
    expect(all.clientsBeside(caption({ client: "ann" }))).toEqual(new Map());
    expect(all.clientsBeside(caption({ client: "bob" }))).toEqual(new Map([["ann", 2]]));
    expect(all.clientsBeside(caption({ client: "bob", priority: "bulk" }))).toEqual(
      new Map(Object.entries({ indexing: 50, ann: 2 })),
    );
  });

  it("forgets what has ended", () => {
    const all = backlog();
    const entry = caption({ client: "ann" });
    all.add(entry);
    all.remove(entry);
    expect(all.waitMs(caption({ client: "ann" }))).toBe(0);
  });
});
