import type { DecoderBatch, DecoderEntry } from "./batch.ts";
import { byDeadline, type Claim, type Order, priorities, type Priority } from "./claim.ts";
import { ClientService } from "./client-service.ts";
import { stepMsOf } from "./decoder-pass.ts";
import { PriorityShares } from "./priority-shares.ts";
import { claimsOf } from "./sequence.ts";

/** What of a pass was for one claim, in milliseconds. */
export interface Part {
  readonly claim: Claim;
  readonly ms: number;
}

/** How claims to a device stand against each other, by what it has done for whom. */
export class Standings {
  readonly #clients = new ClientService();
  readonly #priorities = new PriorityShares();

  arrived({ client }: Claim): void {
    this.#clients.arrived(client);
  }

  left({ client }: Claim): void {
    this.#clients.left(client);
  }

  /** The device has worked for some claims, for each so long. */
  took(parts: readonly Part[]): void {
    const had = new Map<Priority, number>();
    for (const { claim, ms } of parts) {
      this.#clients.took(claim.client, ms);
      had.set(claim.priority, (had.get(claim.priority) ?? 0) + ms);
    }
    this.#priorities.passed(
      parts.reduce((sum, { ms }) => sum + ms, 0),
      had,
    );
  }

  /** The priority whose turn the device's next pass is, of those that want it. */
  turnOf(claims: Iterable<Claim>): Priority {
    return this.#priorities.next(prioritiesOf(claims));
  }

  /** Of clients, who had less first: 0 for claims of one. */
  readonly byService: Order = (a, b) => this.#clients.had(a.client) - this.#clients.had(b.client);

  /** See ClientService. */
  isCrowding({ client }: Claim): boolean {
    return this.#clients.isCrowding(client);
  }

  /** While it is a priority's turn: its own claims first, clients by what they had, then each one's by deadline. */
  orderOf(turn: Priority): Order {
    const rank = ({ priority }: Claim): number => (priority === turn ? -1 : priorities.indexOf(priority));
    return (a, b) => rank(a) - rank(b) || this.byService(a, b) || byDeadline(a, b);
  }

  /** The first of claims, of which there must be one, whoever's turn it is. */
  first(claims: readonly Claim[]): Claim {
    return leastOf(claims, this.orderOf(this.#priorities.first(prioritiesOf(claims))));
  }
}

function prioritiesOf(claims: Iterable<Claim>): ReadonlySet<Priority> {
  return new Set([...claims].map(({ priority }) => priority));
}

/** The first by an order, of which there must be one. */
export function leastOf(claims: readonly Claim[], order: Order): Claim {
  return claims.reduce((least, claim) => (order(claim, least) < 0 ? claim : least));
}

/** Who shares in what was computed shares its time. */
export function shared(claims: readonly Claim[], ms: number): Part[] {
  return claims.map((claim) => ({ claim, ms: ms / claims.length }));
}

/**
 * A decoder pass's time, by the rows that were computed for each, of a mixed pass what is the chunk's apart from what the
 * step would have taken; who asked for the same shares it.
 */
export function partsOf({ entries, chunk }: Pick<DecoderBatch, "entries" | "chunk">, ms: number): Part[] {
  const stepMs = stepMsOf({ chunk }, ms);
  const members = entries.filter(({ numRows }) => numRows > 0);
  return [...byRows(members, stepMs), ...(chunk ? byRows([chunk], ms - stepMs) : [])];
}

function byRows(members: readonly DecoderEntry[], ms: number): Part[] {
  const rows = members.reduce((sum, { numRows }) => sum + numRows, 0);
  return members.flatMap(({ sequence, numRows }) => shared(claimsOf(sequence), (ms * numRows) / rows));
}
