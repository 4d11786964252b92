import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "vitest";
import type { Batch } from "../../../inference/scheduling/batch.ts";
import { priorities } from "../../../inference/scheduling/claim.ts";
import { vision } from "./fake-programs.ts";
import { Simulation, type Watch } from "./simulation.ts";
import { type Arrival, workload, type Workload } from "./workload.ts";

const RUNS = 500;
/** Encoder passes that may rest between two parts. */
const MAX_RESTING = 2;

/** Pictures of one model, each another one; all stay until they are done. */
const pictures: fc.Arbitrary<Workload> = fc.record({
  limits: fc.record({
    maxBatch: fc.integer({ min: 1, max: 4 }),
    visionParts: fc.integer({ min: 1, max: 4 }),
    ...{ maxSequences: fc.constant(1), maxCachedRows: fc.constant(4), maxKeptRows: fc.constant(0) },
    ...{ maxRowsPerPass: fc.constant(1), mixes: fc.constant(false), cacheBytes: fc.constantFrom(0, 1000) },
  }),
  requests: fc
    .array(
      fc.record({
        at: fc.nat(20),
        when: fc.constantFrom("before" as const, "during" as const),
        client: fc.constantFrom("ann", "bob", "cem"),
        priority: fc.constantFrom(...priorities),
      }),
      { minLength: 1, maxLength: 30 },
    )
    .map((all) => all.map((one, i) => arrivalOf(one, i))),
  broken: fc.constant(new Set<number>()),
});

function arrivalOf(one: Pick<Arrival, "at" | "when" | "client" | "priority">, i: number): Arrival {
  const program = { model: "m", calls: [vision("m", `p${i}`)] };
  return { ...one, program, streams: false, deadline: Infinity, leaves: undefined };
}

describe("a scheduler", () => {
  it("has no pass that is larger than it may be, whatever comes, breaks, leaves and is late", () => {
    const check = (load: Workload): void => {
      const watch: Watch = {
        pass: (batch) => assert(batch.kind === "decoder" || batch.items.length <= load.limits.maxBatch),
      };
      new Simulation(load, [watch]).run();
    };
    fc.assert(fc.property(workload, check), { numRuns: RUNS });
  });

  it("has no more encoder passes rest than it may", () => {
    const check = (load: Workload): void => void new Simulation(load, [new Resting()]).run();
    fc.assert(fc.property(pictures, check), { numRuns: RUNS });
  });

  it("never leaves the device idle while somebody waits", () => {
    fc.assert(fc.property(workload, neverIdle), { numRuns: RUNS });
  });

  it("begins the pictures of a client's priority in the order in which they came", () => {
    const check = (load: Workload): void => void new Simulation(load, [new InOrder()]).run();
    fc.assert(fc.property(pictures, check), { numRuns: RUNS });
  });
});

class Resting implements Watch {
  readonly #resting = new Set<Batch>();

  passed(batch: Batch, how: "done" | "broken" | "paused"): void {
    if (how === "paused") this.#resting.add(batch);
    else this.#resting.delete(batch);
    assert(this.#resting.size <= MAX_RESTING);
  }
}

function neverIdle(load: Workload): void {
  const open = new Set<string>();
  const watch: Watch = {
    added: (id) => void open.add(id),
    finished: ({ id }) => void open.delete(id),
    left: (id) => void open.delete(id),
  };
  const simulation = new Simulation(load, [watch]);
  const { scheduler } = simulation;
  const next = scheduler.next.bind(scheduler);
  scheduler.next = (now) => {
    const batch = next(now);
    const ended = scheduler.takeFinished();
    for (const { id } of ended) open.delete(id);
    if (batch === undefined) assert.deepEqual([...open], []);
    return batch;
  };
  simulation.run();
  assert.equal(open.size, 0);
}

/** Of one client's pictures of one priority, none begins before an earlier one. */
class InOrder implements Watch {
  readonly #waiting: { readonly id: string; readonly who: string }[] = [];

  added(id: string, { client, priority }: Arrival): void {
    this.#waiting.push({ id, who: `${client} ${priority}` });
  }

  pass(batch: Batch): void {
    if (batch.kind === "decoder") return;
    const begun = new Set(batch.items.map(({ call }) => call.key.slice(1)));
    for (const id of begun) {
      const place = this.#waiting.findIndex((one) => one.id === id);
      // It goes on.
      if (place < 0) return;
      const earlier = this.#waiting.slice(0, place).filter(({ who }) => who === this.#waiting[place]!.who);
      assert(earlier.every((one) => begun.has(one.id)));
    }
    this.#waiting.splice(0, Infinity, ...this.#waiting.filter(({ id }) => !begun.has(id)));
  }
}
