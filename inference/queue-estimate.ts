/** Weight of the newest wait in the moving average. */
const SMOOTHING = 0.2;

/** How long a newcomer will wait, by what the latest ones waited for each place in the queue. */
export class QueueEstimate {
  #msPerPlace = 0;

  /** One has started that had so many before it when it came. */
  waited({ waitedMs, position }: { readonly waitedMs: number; readonly position: number }): void {
    const msPerPlace = waitedMs / (position + 1);
    const isFirst = this.#msPerPlace === 0;
    this.#msPerPlace += (isFirst ? 1 : SMOOTHING) * (msPerPlace - this.#msPerPlace);
  }

  /** Milliseconds for one with so many before it; 0 while nothing is measured. */
  estimate(position: number): number {
    return this.#msPerPlace * (position + 1);
  }
}
