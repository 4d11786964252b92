import { priorities, type Priority } from "./claim.ts";

/** What each is not kept below by those that go before it, of the time in which it wanted some. */
const FLOORS: Readonly<Record<Priority, number>> = { interactive: 0, default: 0.25, bulk: 0.1 };
/** What was so much of the device's time ago counts half. */
const HALF_LIFE_MS = 2_000;

interface Share {
  /** Milliseconds of the device while it wanted some; the older, the less they count. */
  passed: number;
  /** Those of them that it got. */
  had: number;
}

/** The device's time by priority: whoever goes before others gets it, but for a floor below which nobody is kept. */
export class PriorityShares {
  readonly #shares: Readonly<Record<Priority, Share>> = {
    interactive: { passed: 0, had: 0 },
    default: { passed: 0, had: 0 },
    bulk: { passed: 0, had: 0 },
  };
  #wanting: ReadonlySet<Priority> = new Set();

  /** Of the priorities that want time now, of which there must be one, the one whose turn it is. */
  next(wanting: ReadonlySet<Priority>): Priority {
    this.#wanting = wanting;
    return this.first(wanting);
  }

  /** The same, where it is not the device that is to be given. */
  first(wanting: ReadonlySet<Priority>): Priority {
    const wanted = priorities.filter((priority) => wanting.has(priority));
    return wanted.findLast((priority) => this.#isBelowFloor(priority)) ?? wanted[0]!;
  }

  /**
   * A pass is over; `had`: how much of it was for each. What nobody who goes before wanted is not held against whoever got
   * it, but for bulk, which nobody waits for: who comes while only that ran has all of the device for a while. What it was
   * kept below its floor before is made up for by it: else whoever goes before and comes later would wait for ever.
   */
  passed(ms: number, had: ReadonlyMap<Priority, number>): void {
    const remains = 2 ** (-ms / HALF_LIFE_MS);
    const first = priorities.find((priority) => this.#wanting.has(priority));
    for (const priority of this.#wanting) {
      const share = this.#shares[priority];
      const own = had.get(priority) ?? 0;
      if (priority === first && priority !== "bulk") {
        share.had = Math.min(share.had + own, Math.max(share.had, FLOORS[priority] * share.passed));
        continue;
      }
      share.passed = share.passed * remains + ms;
      share.had = share.had * remains + own;
    }
  }

  #isBelowFloor(priority: Priority): boolean {
    const { passed, had } = this.#shares[priority];
    return had < FLOORS[priority] * passed;
  }
}
