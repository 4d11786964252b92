import type { Claim } from "./claim.ts";
import { claimsOf, type Sequence } from "./sequence.ts";

/** Sequences that wait for a slot in a decoder's cache, with what they read there in hand. */
export class WaitingSequences {
  readonly #sequences: Sequence[] = [];

  get size(): number {
    return this.#sequences.length;
  }

  add(sequence: Sequence): void {
    this.#sequences.push(sequence);
  }

  /** If it is there. */
  remove(sequence: Sequence): void {
    const place = this.#sequences.indexOf(sequence);
    if (place >= 0) this.#sequences.splice(place, 1);
  }

  /** Of those that are welcome now. */
  claims(isWelcome: (sequence: Sequence) => boolean): readonly Claim[] {
    return this.#sequences.filter(isWelcome).flatMap(claimsOf);
  }

  /** The one that a claim is to. */
  of(claim: Claim): Sequence {
    return this.#sequences.find((sequence) => claimsOf(sequence).includes(claim))!;
  }

  /** Whether a client's share of so many slots could be filled anew with what it has here. */
  isEnough(client: string, slots: number): boolean {
    const isOwn = (claim: Claim): boolean => claim.client === client;
    const clients = new Set([client, ...this.claims(() => true).map((claim) => claim.client)]);
    const own = this.#sequences.filter((sequence) => claimsOf(sequence).some(isOwn));
    return own.length >= Math.ceil(slots / clients.size);
  }
}
