import { anonymousBytes } from "../process-memory.ts";
import { Sampling } from "../sampling.ts";
import { median } from "../statistics.ts";

/** The anonymous memory of some processes, in bytes, over time. */
export class Anonymous<Name extends string> {
  readonly #pids: Readonly<Record<Name, number>>;
  readonly #samples: Readonly<Record<Name, number>>[] = [];

  constructor(pids: Readonly<Record<Name, number>>) {
    this.#pids = pids;
    this.sample();
  }

  /** Takes samples while something is done, and one at its end. */
  async watched<T>(work: () => Promise<T>): Promise<T> {
    const sampling = new Sampling(() => this.sample());
    try {
      return await work();
    } finally {
      sampling.stop();
      this.sample();
    }
  }

  /** By how much the middle of the last third of the samples is above that of the first: what comes and goes is no growth. */
  growth(name: Name): number {
    const bytes = this.of(name);
    const third = Math.ceil(bytes.length / 3);
    return median(bytes.slice(-third)) - median(bytes.slice(0, third));
  }

  of(name: Name): readonly number[] {
    return this.#samples.map((sample) => sample[name]);
  }

  sample(): void {
    const entries = Object.entries<number>(this.#pids).map(([name, pid]) => [name, anonymousBytes(pid)] as const);
    this.#samples.push(Object.fromEntries(entries) as Record<Name, number>);
  }
}
