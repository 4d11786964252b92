import type { Row } from "./sequence.ts";

/** The first rows of a kept prefix. */
export interface PrefixMatch {
  readonly prefix: number;
  readonly rows: number;
}

interface Prefix {
  readonly id: number;
  readonly rows: readonly Row[];
  /** Sequences that wait to begin with it; it stays as long. */
  holds: number;
}

/**
 * Which rows of sequences that have gone are kept, so that one that begins alike need not compute them: the next turn of a
 * conversation, a picture that is asked about again. Bounded in rows, least recently used out first. It only decides; the
 * decoder's cache does as its batches say.
 *
 * Rows are alike by their tokens, or by their pictures' content, from the first on: so their positions are, too, and whose
 * they are.
 */
export class PrefixCache {
  readonly #maxRows: number;
  /** In order of use, the latest last. */
  readonly #prefixes = new Map<number, Prefix>();
  #rows = 0;
  #nextId = 0;

  constructor(maxRows: number) {
    this.#maxRows = maxRows;
  }

  /** Rows that are kept. */
  get rows(): number {
    return this.#rows;
  }

  /** The longest kept beginning of these rows, but not all of them: what follows the last is still to be found. */
  match(rows: readonly Row[]): PrefixMatch | undefined {
    let best: { prefix: number; rows: number } | undefined;
    for (const { id, rows: kept } of this.#prefixes.values()) {
      const common = Math.min(numAlike(rows, kept), rows.length - 1);
      if (common > (best?.rows ?? 0)) best = { prefix: id, rows: common };
    }
    if (best !== undefined) this.#touch(best.prefix);
    return best;
  }

  hold({ prefix }: PrefixMatch): void {
    this.#prefixes.get(prefix)!.holds += 1;
  }

  release({ prefix }: PrefixMatch): void {
    this.#prefixes.get(prefix)!.holds -= 1;
  }

  /** Decides whether a chain of rows is kept, and by which name, and what goes for it. */
  keep(rows: readonly Row[]): { readonly prefix: number | undefined; readonly dropped: readonly number[] } {
    const none = { prefix: undefined, dropped: [] };
    if (rows.length === 0 || rows.length > this.#maxRows) return none;
    const longer = [...this.#prefixes.values()].find((kept) => numAlike(rows, kept.rows) === rows.length);
    if (longer !== undefined) this.#touch(longer.id);
    const dropped = longer === undefined ? this.#roomFor(rows) : undefined;
    if (dropped === undefined) return none;
    for (const id of dropped) this.#remove(id);
    return { prefix: this.#add(rows), dropped };
  }

  /** Forgets, and names, what nobody waits to begin with. */
  shed(): readonly number[] {
    const free = [...this.#prefixes.values()].filter(({ holds }) => holds === 0).map(({ id }) => id);
    for (const id of free) this.#remove(id);
    return free;
  }

  /** Forgets all: the cache has lost what it held. */
  clear(): void {
    this.#prefixes.clear();
    this.#rows = 0;
  }

  /** What has to go: prefixes that these rows begin with, then the least recently used. Undefined if too few may. */
  #roomFor(rows: readonly Row[]): number[] | undefined {
    const free = [...this.#prefixes.values()].filter(({ holds }) => holds === 0);
    const isPart = (kept: Prefix): boolean => numAlike(rows, kept.rows) === kept.rows.length;
    const dropped = free.filter(isPart);
    let left = this.#rows - dropped.reduce((sum, kept) => sum + kept.rows.length, 0);
    for (const kept of free) {
      if (left + rows.length <= this.#maxRows) break;
      if (dropped.includes(kept)) continue;
      dropped.push(kept);
      left -= kept.rows.length;
    }
    return left + rows.length <= this.#maxRows ? dropped.map(({ id }) => id) : undefined;
  }

  #add(rows: readonly Row[]): number {
    const id = this.#nextId++;
    this.#prefixes.set(id, { id, rows, holds: 0 });
    this.#rows += rows.length;
    return id;
  }

  #remove(id: number): void {
    this.#rows -= this.#prefixes.get(id)!.rows.length;
    this.#prefixes.delete(id);
  }

  #touch(id: number): void {
    const prefix = this.#prefixes.get(id)!;
    this.#prefixes.delete(id);
    this.#prefixes.set(id, prefix);
  }
}

/** How many of the first rows are the same. */
function numAlike(a: readonly Row[], b: readonly Row[]): number {
  const most = Math.min(a.length, b.length);
  for (let i = 0; i < most; i++) if (!isAlike(a[i]!, b[i]!)) return i;
  return most;
}

function isAlike(a: Row, b: Row): boolean {
  if (a.salt !== b.salt) return false;
  if (a.feature === undefined || b.feature === undefined) return a.feature === b.feature && a.tokenId === b.tokenId;
  return a.feature.row === b.feature.row && a.feature.source === b.feature.source;
}
