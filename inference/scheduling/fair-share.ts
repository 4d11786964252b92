/** Shares time equally among those who want it. */
export class FairShare<Party extends string> {
  readonly #had = new Map<Party, number>();
  #wanting: readonly Party[] = [];

  /**
   * Of those who want time now, the one who has had least; of equals the one named first. Who did not want any the last
   * time begins level with those who did: time that nobody asked for is not owed.
   */
  next(wanting: readonly Party[]): Party | undefined {
    const staying = wanting.filter((party) => this.#wanting.includes(party));
    const level = staying.length === 0 ? 0 : Math.min(...staying.map((party) => this.#hadBy(party)));
    for (const party of wanting) {
      if (!staying.includes(party))
        this.#had.set(party, staying.length === 0 ? 0 : Math.max(level, this.#hadBy(party)));
    }
    this.#wanting = wanting;
    return [...wanting].sort((a, b) => this.#hadBy(a) - this.#hadBy(b))[0];
  }

  took(party: Party, ms: number): void {
    this.#had.set(party, this.#hadBy(party) + ms);
  }

  #hadBy(party: Party): number {
    return this.#had.get(party) ?? 0;
  }
}
