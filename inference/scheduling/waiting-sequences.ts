import { claimsOf, type Sequence } from "./sequence.ts";
import type { Standings } from "./standings.ts";

/** The sequences that wait for a slot of a decoder, in the order in which they came. */
export class WaitingSequences {
  readonly #waiting = new Set<Sequence>();

  get size(): number {
    return this.#waiting.size;
  }

  add(sequence: Sequence): void {
    this.#waiting.add(sequence);
  }

  delete(sequence: Sequence): void {
    this.#waiting.delete(sequence);
  }

  /** How many each client has that has any; counted anew. */
  byClient(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const sequence of this.#waiting) {
      const clients = new Set(claimsOf(sequence).map(({ client }) => client));
      for (const client of clients) counts.set(client, (counts.get(client) ?? 0) + 1);
    }
    return counts;
  }

  /** Whose turn it is to come in; of a crowd nobody is where there is no room for more of it. */
  next(standings: Standings, { hasRoomForCrowd }: { readonly hasRoomForCrowd: boolean }): Sequence | undefined {
    const welcome = [...this.#waiting].filter((sequence) => hasRoomForCrowd || !isCrowds(sequence, standings));
    const claims = welcome.flatMap(claimsOf);
    if (claims.length === 0) return undefined;
    const claim = standings.first(claims);
    return welcome.find((sequence) => claimsOf(sequence).includes(claim));
  }
}

/** Whether only a crowd asks for it. */
export function isCrowds(sequence: Sequence, standings: Standings): boolean {
  return claimsOf(sequence).every((claim) => standings.isCrowding(claim));
}
