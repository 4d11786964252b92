import { describe, expect, it } from "vitest";
import { type Place, Room } from "../../inference/room.ts";

const LIMITS = { maxRequests: 100, maxBytes: 1000 };
const timing = {
  ...{ totalMs: 0, queueMs: 0, preprocessMs: 0, encodeMs: 1000, decodeMs: 0 },
  ...{ encodeBatch: 1, decodeBatch: 0, imageCacheHit: false },
};

function asking(client: string, { bytes = 1, timeoutMs = 10_000 } = {}) {
  return { entry: { claimant: { client }, sort: "caption" }, bytes, timeoutMs };
}

/** Lets a client in as often as it may come, at most so often. */
function crowd(room: Room, client: string, times = 1000, now = 0): Place[] {
  const places: Place[] = [];
  while (places.length < times && room.refusal(asking(client)) === undefined) {
    places.push(room.enter(asking(client), now));
  }
  return places;
}

/** Of which a caption takes the device a second, and so many times that until it is there. */
function measured(pace: number): Room {
  const room = new Room(LIMITS);
  for (const times of [5, pace]) {
    const [place] = crowd(room, "first", 1) as [Place];
    room.leave(place, { timing }, 1000 * times);
  }
  return room;
}

describe("the room for requests", () => {
  it("leaves a quarter of it to others, and half of that to the next", () => {
    const room = new Room(LIMITS);
    const greedy = crowd(room, "greedy");
    expect(greedy).toHaveLength(75);
    expect(crowd(room, "next")).toHaveLength(19);
    expect(room.refusal(asking("polite"))).toBeUndefined();
    for (const place of greedy) room.leave(place, "left", 0);
    expect(crowd(room, "last")).toHaveLength(61);
  });

  it("holds no more than there are places and bytes, whoever comes", () => {
    const room = new Room(LIMITS);
    for (let i = 0; i < 100; i++) expect(crowd(room, `c${i}`, 1)).toHaveLength(1);
    expect(room.refusal(asking("another"))).toMatchObject({
      code: "OVERLOADED",
      message: "100 requests are in flight, of 100 at most. Try again later.",
    });
    const pictures = new Room(LIMITS);
    pictures.enter(asking("a", { bytes: 900 }), 0);
    expect(pictures.refusal(asking("b", { bytes: 101 }))).toMatchObject({ code: "OVERLOADED" });
    expect(pictures.refusal(asking("b", { bytes: 100 }))).toBeUndefined();
  });

  it("takes those who need wait no longer than four fifths of their time, as requests fared so far", () => {
    expect(crowd(measured(1), "ann")).toHaveLength(9);
    const slow = measured(2);
    expect(crowd(slow, "ann")).toHaveLength(5);
    expect(slow.refusal(asking("ann"))).toMatchObject({
      code: "OVERLOADED",
      retryAfterMs: expect.any(Number) as number,
    });
    expect(slow.refusal(asking("bob"))).toBeUndefined();
  });

  it("learns nothing of the time from those who waited for a new worker", () => {
    const room = measured(1);
    const [place] = crowd(room, "ann", 1) as [Place];
    room.disturb();
    room.leave(place, { timing }, 60_000);
    expect(crowd(room, "ann")).toHaveLength(9);
  });

  it("learns from those who waited in vain", () => {
    const room = measured(1);
    const [place] = crowd(room, "ann", 1) as [Place];
    room.leave(place, "in vain", 10_000);
    expect(crowd(room, "ann").length).toBeLessThan(4);
  });

  it("counts a crowd's time once: a hundred who were given the same were no slower for being many", () => {
    const room = measured(1);
    const crowded = Array.from({ length: 5 }, () => room.enter(asking("crowd"), 0));
    for (const place of crowded) room.leave(place, { timing: { ...timing, deviceMs: 200 } }, 5000);
    expect(crowd(room, "ann").length).toBeGreaterThanOrEqual(9);
  });

  it("takes one that was more work than such requests were for no sign of slowness", () => {
    const room = new Room(LIMITS);
    const equal = Array.from({ length: 50 }, () => room.enter(asking("crowd"), 0));
    for (const place of equal) room.leave(place, { timing: { ...timing, deviceMs: 20 } }, 1000);
    const single = room.enter(asking("crowd"), 1000);
    room.leave(single, { timing }, 2000);
    expect(crowd(room, "ann").length).toBeGreaterThan(60);
  });
});
