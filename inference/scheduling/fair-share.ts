/** Shares time by weight among those who want it at the same time; what one takes that nobody else wants is free. */
export class FairShare<Party extends string> {
  readonly #weights: Readonly<Record<Party, number>>;
  /** Time that was shared, over weight. */
  readonly #had = new Map<Party, number>();
  #wanting: readonly Party[] = [];

  constructor(weights: Readonly<Record<Party, number>>) {
    this.#weights = weights;
  }

  /**
   * Of those who want time now, the one who has had least for its weight; of equals the one named first. Who did not want
   * any the last time begins no lower than those who did; where all begin, they begin alike.
   */
  next(wanting: readonly Party[]): Party | undefined {
    const staying = wanting.filter((party) => this.#wanting.includes(party));
    if (staying.length === 0) this.#had.clear();
    const level = Math.min(...(staying.length === 0 ? wanting : staying).map((party) => this.#hadBy(party)));
    for (const party of wanting) this.#had.set(party, Math.max(level, this.#hadBy(party)));
    this.#wanting = wanting;
    return [...wanting].sort((a, b) => this.#hadBy(a) - this.#hadBy(b))[0];
  }

  /** Time that went to a party, which `next` may have named or not. */
  took(party: Party, ms: number): void {
    if (this.#wanting.length > 1) this.#had.set(party, this.#hadBy(party) + ms / this.#weights[party]);
  }

  /** Nobody is asked: time is not shared until `next` is asked again. */
  pause(): void {
    this.#wanting = [];
  }

  #hadBy(party: Party): number {
    return this.#had.get(party) ?? 0;
  }
}
