import { describe, expect, it } from "vitest";
import type { Asking, Place } from "../../../inference/admission/line.ts";
import type { InferenceError } from "../../../inference/errors.ts";
import { Room } from "../../../inference/admission/room.ts";

const LIMITS = { maxRequests: 100, maxBytes: 1000 };
const timing = {
  ...{ totalMs: 0, queueMs: 0, preprocessMs: 0, encodeMs: 1000, decodeMs: 0 },
  ...{ encodeBatch: 1, decodeBatch: 0, imageCacheHit: false },
};

function asking(client: string, { bytes = 1, timeoutMs = 10_000 } = {}): Asking {
  const likeness = `request ${numAsked++}`;
  return { entry: { claimant: { client }, sort: "caption" }, line: "answers", bytes, timeoutMs, likeness };
}
let numAsked = 0;

function refusal(room: Room, asking: Asking, now = 0): InferenceError | undefined {
  return room.refuse(asking, now);
}

/** Lets a client in as often as it may come, at most so often. */
function crowd(room: Room, client: string, times = 1000, now = 0): Place[] {
  const places: Place[] = [];
  while (places.length < times && refusal(room, asking(client)) === undefined) {
    places.push(room.enter(asking(client), now));
  }
  return places;
}

/** Of which a caption takes the device a second, and so many times that until it is there; until a minute later. */
function measured(pace: number): Room {
  const room = new Room(LIMITS);
  let now = 0;
  for (let i = 0; i < 20; i++) {
    const [place] = crowd(room, "first", 1, now) as [Place];
    now += 1000 * pace;
    room.leave(place, { timing }, now);
  }
  return room;
}
const LATER = 60_000;

describe("the room for requests", () => {
  it("leaves a quarter of it to others, and half of that to the next", () => {
    const room = new Room(LIMITS);
    const greedy = crowd(room, "greedy");
    expect(greedy).toHaveLength(75);
    expect(crowd(room, "next")).toHaveLength(19);
    expect(refusal(room, asking("polite"))).toBeUndefined();
    for (const place of greedy) room.leave(place, "left", 0);
    expect(crowd(room, "last")).toHaveLength(61);
  });

  it("holds no more than there are places and bytes, whoever comes", () => {
    const room = new Room(LIMITS);
    for (let i = 0; i < 100; i++) expect(crowd(room, `c${i}`, 1)).toHaveLength(1);
    expect(refusal(room, asking("another"))).toMatchObject({
      code: "OVERLOADED",
      message: "100 requests are in flight, of 100 at most. Try again later.",
    });
    const pictures = new Room(LIMITS);
    pictures.enter(asking("a", { bytes: 900 }), 0);
    expect(refusal(pictures, asking("b", { bytes: 101 }))).toMatchObject({ code: "OVERLOADED" });
    expect(refusal(pictures, asking("b", { bytes: 100 }))).toBeUndefined();
  });

  it("takes those who need wait no longer than seven tenths of their time, as the device brought others on", () => {
    expect(crowd(measured(1), "ann")).toHaveLength(8);
    const slow = measured(2);
    expect(crowd(slow, "ann")).toHaveLength(4);
    expect(refusal(slow, asking("ann"))).toMatchObject({
      code: "OVERLOADED",
      retryAfterMs: expect.any(Number) as number,
    });
    expect(refusal(slow, asking("bob"))).toBeUndefined();
  });

  it("learns nothing of the time from those who waited for a new worker", () => {
    const room = measured(1);
    const [place] = crowd(room, "ann", 1, LATER) as [Place];
    room.disturb();
    room.leave(place, { timing }, LATER + 60_000);
    expect(crowd(room, "ann")).toHaveLength(8);
  });

  it("learns from those who waited in vain", () => {
    const room = measured(1);
    const [place] = crowd(room, "ann", 1, LATER) as [Place];
    room.leave(place, "in vain", LATER + 30_000);
    expect(crowd(room, "ann").length).toBeLessThan(4);
  });

  it("lets fewer of a client wait for whom the device does less, and no fewer of another", () => {
    const room = measured(1);
    const enter = (client: string, times: number) =>
      Array.from({ length: times }, () => room.enter(asking(client), LATER));
    const places = { crowd: enter("crowd", 2), other: enter("other", 7) };
    for (let second = 1; second <= 8; second++) {
      const place = places[second % 4 === 0 ? "crowd" : "other"].pop()!;
      room.leave(place, { timing }, LATER + 1000 * second);
    }
    expect(crowd(room, "crowd")).toHaveLength(2);
    expect(crowd(room, "other")).toHaveLength(5);
    expect(crowd(room, "a third one").length).toBeGreaterThan(2);
  });

  it("lets half as many of a client wait as soon as another one is there who has several, and may go on asking", () => {
    const room = measured(1);
    crowd(room, "other", 2, LATER);
    expect(crowd(room, "ann", 1000, LATER)).toHaveLength(4);
    expect(refusal(room, asking("other"))).toBeUndefined();
  });

  it("lets in who was refused and comes again as told before those who come anew, and who waited longest first", () => {
    const room = measured(1);
    crowd(room, "ann", 1000, LATER);
    const [first, second, anew] = [asking("ann"), asking("ann"), asking("ann")];
    expect(refusal(room, first, LATER)).toMatchObject({ retryAfterMs: 1000 });
    expect(refusal(room, second, LATER + 4000)).toBeDefined();
    expect(refusal(room, first, LATER + 500)).toBeDefined();
    expect(refusal(room, first, LATER + 9999)).toBeDefined();
    expect(refusal(room, second, LATER + 9999)).toBeDefined();
    expect(refusal(room, second, LATER + 11_000)).toBeDefined();
    expect(refusal(room, anew, LATER + 11_000)).toBeDefined();
    expect(refusal(room, first, LATER + 11_000)).toBeUndefined();
  });

  it("learns nothing wrong of a client that was forgotten while it was in", () => {
    const room = measured(1);
    const [place] = crowd(room, "ann", 1, LATER) as [Place];
    for (let i = 0; i < 2000; i++) for (const each of crowd(room, `c${i}`, 1, LATER)) room.leave(each, "left", LATER);
    room.leave(place, { timing }, LATER + 1000);
    expect(crowd(room, "ann")).toHaveLength(8);
  });

  it("counts a crowd's time once: a hundred who were given the same were no slower for being many", () => {
    const room = measured(1);
    const crowded = Array.from({ length: 5 }, () => room.enter(asking("crowd"), LATER));
    for (const place of crowded) room.leave(place, { timing: { ...timing, deviceMs: 200 } }, LATER + 1000);
    expect(crowd(room, "ann").length).toBeGreaterThanOrEqual(8);
  });

  it("takes one that was more work than such requests were for no sign of slowness", () => {
    const room = new Room(LIMITS);
    const equal = Array.from({ length: 50 }, () => room.enter(asking("crowd"), 0));
    for (const place of equal) room.leave(place, { timing: { ...timing, deviceMs: 20 } }, 1000);
    const single = room.enter(asking("crowd"), 1000);
    room.leave(single, { timing }, 2000);
    expect(crowd(room, "ann").length).toBeGreaterThan(50);
  });

  it("lets a client whose chat runs ask for captions, and takes a chat while others have begun", () => {
    const room = measured(1);
    const chats = Array.from({ length: 4 }, () => chat(room, "ann", LATER));
    for (const place of chats.slice(0, 3)) room.leave(place, { timing: { ...timing, decodeMs: 3000 } }, LATER + 40_000);
    expect(refusal(room, asking("ann"))).toBeUndefined();
    expect(refusal(room, chatting("ann"))).toMatchObject({ code: "OVERLOADED" });
    room.began(chats[3]!);
    expect(refusal(room, chatting("ann"))).toBeUndefined();
    room.leave(chats[3]!, "left", LATER + 40_000);
    expect(refusal(room, chatting("ann"))).toBeUndefined();
  });
});

function chatting(client: string): Asking {
  return {
    entry: { claimant: { client, priority: "interactive" }, sort: "chat" },
    line: "streams",
    bytes: 0,
    timeoutMs: 10_000,
    likeness: `request ${numAsked++}`,
  };
}

function chat(room: Room, client: string, now: number): Place {
  return room.enter(chatting(client), now);
}
