import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Admission, Residency, type ResidencyStep } from "../../../inference/residency/residency.ts";
import { budgetOf } from "./memory.ts";

const names = ["a", "b", "c", "d"];
const event = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("ask" as const), which: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("end" as const), which: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("load" as const), which: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("wait" as const), which: fc.nat(50) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("die" as const), which: fc.constant(0) }) },
);
const world = fc.record({
  sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 4, maxLength: 4 }),
  room: fc.integer({ min: 4, max: 24 }),
  numPinned: fc.nat(2),
  idleUnloadMs: fc.constantFrom(undefined, 20),
  events: fc.array(event, { maxLength: 60 }),
});
type World = typeof world extends fc.Arbitrary<infer W> ? W : never;

/** A worker and its requests as the residency has them. */
class Simulation {
  readonly residency: Residency;
  readonly weights: Readonly<Record<string, number>>;
  readonly pinned: readonly string[];
  readonly open: { model: string; where: Admission }[] = [];
  now = 0;
  readonly #room: number;

  constructor({ sizes, room, numPinned, idleUnloadMs }: World) {
    this.weights = Object.fromEntries(names.map((name, i) => [name, sizes[i]!]));
    this.pinned = names.slice(0, numPinned);
    this.#room = room;
    this.residency = new Residency(names, budgetOf(room, this.weights, { pinned: this.pinned, idleUnloadMs }));
  }

  play({ kind, which }: World["events"][number]): void {
    this.now += 1;
    if (kind === "ask") this.ask(names[which]!);
    else if (kind === "end" && this.open.length > 0) this.end(which % this.open.length);
    else if (kind === "load") this.residency.loaded(names[which]!, this.now);
    else if (kind === "wait") this.now += which;
    else if (kind === "die") this.#place(this.residency.died(this.now), "hold");
    this.settle();
  }

  ask(model: string): void {
    if (this.residency.refusals.has(model)) return;
    this.open.push({ model, where: this.residency.asked(model, this.now) });
  }

  end(index: number): void {
    const [{ model, where }] = this.open.splice(index, 1) as [Simulation["open"][number]];
    this.residency.ended(model, where, this.now);
  }

  /** Takes the steps that are due; nothing that holds before may be broken by one. */
  settle(): void {
    for (let count = 0; ; count++) {
      expect(count).toBeLessThan(20);
      const before = this.residency.residents;
      const step = this.residency.next(this.now);
      if (step === undefined) return;
      this.#expectNobodyLost(step, before);
      this.#place(step.kind === "replace" ? this.residency.residents : [step.model], "send");
      this.expectSound();
    }
  }

  expectSound(): void {
    const { residents, refusals } = this.residency;
    const held = this.pinned.filter((name) => !refusals.has(name));
    expect(residents.reduce((sum, name) => sum + this.weights[name]!, 0)).toBeLessThanOrEqual(this.#room);
    expect(residents).toEqual(expect.arrayContaining(held));
  }

  /** Whoever runs in a model keeps it. */
  #expectNobodyLost(step: ResidencyStep, before: readonly string[]): void {
    const gone = before.filter((name) => !this.residency.residents.includes(name));
    if (step.kind !== "replace") expect(gone).toEqual([]);
    expect(this.open.filter(({ model, where }) => where === "send" && gone.includes(model))).toEqual([]);
  }

  #place(models: readonly string[], where: Admission): void {
    for (const request of this.open) if (models.includes(request.model)) request.where = where;
  }
}

describe("a residency, whatever comes", () => {
  it("keeps within its memory, keeps what is pinned, takes nobody's model away", () => {
    const check = (drawn: World): void => {
      const simulation = new Simulation(drawn);
      simulation.expectSound();
      for (const each of drawn.events) simulation.play(each);
    };
    fc.assert(fc.property(world, check), { numRuns: 1000 });
  });

  it("lets everybody's request through in the end, as long as loads and requests end", () => {
    const check = (drawn: World): void => {
      const simulation = new Simulation(drawn);
      for (const each of drawn.events) simulation.play(each);
      for (let round = 0; simulation.open.length > 0; round++) {
        expect(round).toBeLessThan(200);
        for (const name of simulation.residency.residents) simulation.residency.loaded(name, simulation.now);
        const sent = simulation.open.findIndex(({ where }) => where === "send");
        if (sent >= 0) simulation.end(sent);
        simulation.settle();
      }
    };
    fc.assert(fc.property(world, check), { numRuns: 500 });
  });
});
