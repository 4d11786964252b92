import { describe, expect, it } from "vitest";
import { faults, type FaultName } from "../../bench/faults/faults.ts";
import { Machines } from "../../bench/faults/machines.ts";
import { weather } from "../../bench/faults/storm.ts";
import { chainTalk, type Talk } from "../../bench/faults/talk.ts";
import { hasRedis } from "../support/redis.ts";

describe.skipIf(!hasRedis)("streams while machines are killed and stopped", () => {
  it("all finish, with nothing lost, repeated or spliced: each token is checked against all before it", async () => {
    const machines = await Machines.start({
      workers: 2,
      nodes: 2,
      msPerToken: 30,
      slots: 64,
      hosts: "one",
      model: "chained",
    });
    try {
      const kinds = (Object.keys(faults) as FaultName[]).filter((name) => !/network|compute|loads/.test(name));
      const talk = (draw: number, id: string): Talk => chainTalk(id, 20 + (draw % 61));
      const options = { kinds, faults: kinds.length, betweenMs: 200, streams: 24, talk, seed: 1 };
      const { heard } = await weather(machines, options);
      expect(heard.length).toBeGreaterThan(24);
      for (const { end, why, lost, repeated, spliced } of heard) {
        expect({ end, why, lost, repeated, spliced }).toEqual({ end: "finished", lost: 0, repeated: 0, spliced: 0 });
      }
      expect(Math.max(...heard.map(({ connections }) => connections))).toBeGreaterThan(1);
    } finally {
      await machines.stop();
    }
  }, 120_000);
});
