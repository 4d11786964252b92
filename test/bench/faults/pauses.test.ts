import { expect, it } from "vitest";
import { type Fault, pauseLines } from "../../../bench/faults/pauses.ts";
import { LEASE_MS } from "../../../cluster/redis/members.ts";

const at = (from: number, to = from): Fault => ({ kind: "worker SIGKILL", from, to });

it("pauses are told apart by the faults that fell in them, and in the lease before", () => {
  const faults = [at(10_000), at(11_000, 13_000), { ...at(30_000), kind: "Redis SIGKILL" } as const];
  const pauses = [
    { from: 12_900, to: 12_990 },
    { from: 9_990, to: 10_500 },
    { from: 30_000 + LEASE_MS, to: 33_000 },
    { from: 30_001 + LEASE_MS, to: 33_001 },
    { from: 9_000, to: 12_000 },
  ];
  expect(pauseLines(pauses, faults).map((line) => line.replace(/^.*: (none|.*max )/, ""))).toEqual([
    "3000 ms (5 streams)",
    "1500 ms (1 streams)",
    "1500 ms (3 streams)",
    "510 ms (2 streams)",
    "1500 ms (1 streams)",
    "3000 ms (1 streams)",
  ]);
});
