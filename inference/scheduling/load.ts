/** Running totals of one network or decoder: how large its passes are. */
export class PassStats {
  passes = 0;
  items = 0;

  observe(items: number): void {
    this.passes += 1;
    this.items += items;
  }

  /** 0 before the first pass. */
  get meanBatch(): number {
    return this.passes === 0 ? 0 : this.items / this.passes;
  }
}
