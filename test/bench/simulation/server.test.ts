import { describe, expect, it } from "vitest";
import type { Admitted } from "../../../bench/simulation/admission.ts";
import { h100 } from "../../../bench/simulation/device-kinds.ts";
import type { Flight } from "../../../bench/simulation/flight.ts";
import { Server } from "../../../bench/simulation/server.ts";

function flight(id: string, kind: "caption" | "chat", server: Server): Flight {
  const questionIds = kind === "chat" ? [1, 2, 3] : [];
  const arrival = { atMs: 0, client: "one", kind, picture: id, tokens: 10, questionIds };
  const admitted = server.admission.enter(arrival) as Admitted;
  const route = { device: server, ms: 0 };
  return { id, arrival, route, admitted, tokens: 0, firstTokenMs: undefined, lastTokenMs: undefined };
}

/** Runs until nothing is left to do; the most that waited, in bytes. */
function drain(server: Server): number {
  let most = 0;
  for (let now = 0; ;) {
    const { pass } = server.begin(now);
    if (pass === undefined) return most;
    now += pass.ms;
    server.end();
    most = Math.max(most, server.memory.now.queues);
  }
}

describe("what a simulated device holds", () => {
  it("is pixels and what was computed of them while requests wait, and nothing when they have gone", () => {
    const server = new Server(h100);
    for (const id of ["a", "b", "c"]) server.add(flight(id, "caption", server), Infinity);
    server.add(flight("d", "chat", server), Infinity);
    // Four pictures' pixels, and a memory of 21 MB for each caption's.
    expect(drain(server)).toBeGreaterThan(3 * 21e6);
    expect(server.memory.now.queues).toBe(0);
    expect(server.numScheduled).toBe(0);
  });

  it("is features and a chat's rows also afterwards", () => {
    const server = new Server(h100);
    server.add(flight("a", "chat", server), Infinity);
    drain(server);
    const { features, keysValues } = server.memory.now;
    expect(features).toBe(576 * 4096 * 2);
    // The prompt of 583 rows and what was said, half a mebibyte a row, in a cache that is a little longer.
    expect(keysValues).toBeGreaterThan(592 * 2 ** 19);
    expect(keysValues).toBeLessThan(800 * 2 ** 19);
  });
});
