import { Tally } from "./tally.ts";

const SIZE_BOUNDS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];
/** Milliseconds: a tiny network's pass on a GPU, up to a large one's long prompt on few cores. */
const MS_BOUNDS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/** Running totals of one network or decoder: how large its passes are, and how long they take. */
export class PassStats {
  readonly sizes = new Tally(SIZE_BOUNDS);
  readonly ms = new Tally(MS_BOUNDS);
  passes = 0;
  items = 0;

  observe(items: number, ms: number): void {
    this.passes += 1;
    this.items += items;
    this.sizes.observe(items);
    this.ms.observe(ms);
  }

  /** 0 before the first pass. */
  get meanBatch(): number {
    return this.passes === 0 ? 0 : this.items / this.passes;
  }
}
