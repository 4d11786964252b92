import type { CacheChange, DecoderJoin } from "./batch.ts";
import { PrefixCache } from "./prefix-cache.ts";
import type { CallOutputs } from "./program.ts";
import type { Sequence } from "./sequence.ts";
import { type Reservation, Slots } from "./slots.ts";

export interface CacheBounds {
  readonly maxSlots: number;
  readonly maxRows: number;
  readonly maxKeptRows: number;
}

/** Rows with which sequences began, and of them those that were kept. */
export interface RowCounts {
  readonly promptRows: number;
  readonly reusedRows: number;
}

/** The sequences that have a slot in a decoder's cache, what is kept of those that had one, and what the cache has to do for it. */
export class RunningSequences {
  readonly slots: Slots;
  readonly prefixes: PrefixCache;
  readonly #bySlot: Sequence[] = [];
  /** The same, oldest first. */
  readonly #byAge = new Set<Sequence>();
  /** Of them, those that the cache has not been told of. */
  readonly #joining = new Set<Sequence>();
  #changes: CacheChange[] = [];
  #promptRows = 0;
  #reusedRows = 0;

  constructor({ maxKeptRows, ...bounds }: CacheBounds) {
    this.slots = new Slots(bounds);
    this.prefixes = new PrefixCache(maxKeptRows);
  }

  get bySlot(): readonly Sequence[] {
    return this.#bySlot;
  }

  get byAge(): Iterable<Sequence> {
    return this.#byAge;
  }

  get rowCounts(): RowCounts {
    return { promptRows: this.#promptRows, reusedRows: this.#reusedRows };
  }

  /** Finds the first rows of a sequence among those that are kept, and sees to it that they stay until it begins. */
  findPrefix(sequence: Sequence): void {
    const found = this.prefixes.match(sequence.decoding.rows);
    if ((found?.rows ?? 0) <= (sequence.prefix?.rows ?? 0)) return;
    this.#letGoOfPrefix(sequence);
    this.prefixes.hold(found!);
    sequence.prefix = found;
  }

  /** Gives the sequence a slot, if there is room. */
  begin(sequence: Sequence): "begun" | "no room" {
    const slot = this.slots.take(reservation(sequence));
    if (slot === undefined) return "no room";
    // Others may have left more since it was looked for.
    this.findPrefix(sequence);
    sequence.slot = slot;
    sequence.numComputedRows = sequence.prefix?.rows ?? 0;
    this.#promptRows += sequence.decoding.rows.length;
    this.#reusedRows += sequence.numComputedRows;
    this.#bySlot.push(sequence);
    this.#byAge.add(sequence);
    this.#joining.add(sequence);
    return "begun";
  }

  /** Takes a sequence out, if it has begun, and gives back what it holds. */
  remove(sequence: Sequence): void {
    this.#letGoOfPrefix(sequence);
    if (sequence.slot === undefined) return;
    if (!this.#joining.delete(sequence)) this.#keepRows(sequence, sequence.slot);
    this.#fillSlot(sequence.slot);
    this.#byAge.delete(sequence);
    sequence.slot = undefined;
    if (this.#bySlot.length === 0) this.#forgetMoves();
  }

  /** Whether rows are to be kept aside since the cache was told last. */
  get isKeeping(): boolean {
    return this.#changes.some(({ kind }) => kind === "keep");
  }

  /** What the cache has to do since this was asked last. */
  takeUpdate(): { readonly changes: readonly CacheChange[]; readonly joins: readonly DecoderJoin[] } {
    const joins = [...this.#joining].map(({ slot, memory, prefix }) => ({ slot: slot!, memory, prefix }));
    for (const sequence of this.#joining) this.#letGoOfPrefix(sequence);
    this.#joining.clear();
    const changes = this.#changes;
    this.#changes = [];
    return { changes, joins };
  }

  /** Forgets what is kept for nobody yet, and names what the cache has of it. */
  shed(): readonly number[] {
    const dropped = new Set(this.prefixes.shed());
    const isUntold = (change: CacheChange): boolean => change.kind === "keep" && dropped.has(change.prefix);
    const untold = this.#changes.filter(isUntold);
    this.#changes = this.#changes.filter((change) => !isUntold(change));
    return [...dropped].filter(
      (prefix) => !untold.some((change) => change.kind === "keep" && change.prefix === prefix),
    );
  }

  /** The cache has lost all that it held. To be told once nobody runs or has found a prefix. */
  forget(): void {
    this.prefixes.clear();
    this.#changes = [];
  }

  /** Puts the last sequence where one has left. */
  #fillSlot(slot: number): void {
    const move = this.slots.release(slot);
    const last = this.#bySlot.pop()!;
    if (move === undefined) return;
    this.#bySlot[slot] = last;
    last.slot = slot;
    if (!this.#joining.has(last)) this.#changes.push({ kind: "move", ...move });
  }

  /** Nobody runs: what was moved matters only as far as it is kept afterwards. */
  #forgetMoves(): void {
    const lastKeep = this.#changes.findLastIndex(({ kind }) => kind === "keep");
    this.#changes = this.#changes.filter(({ kind }, i) => i < lastKeep || kind !== "move");
  }

  /** Only a chain can be the beginning of another sequence. */
  #keepRows({ decoding, numComputedRows }: Sequence, slot: number): void {
    const rows = decoding.rows.slice(0, Math.min(numComputedRows, decoding.stem));
    const { prefix, dropped } = this.prefixes.keep(rows);
    for (const old of dropped) this.#changes.push({ kind: "drop", prefix: old });
    if (prefix !== undefined) this.#changes.push({ kind: "keep", prefix, slot, rows: rows.length });
  }

  #letGoOfPrefix(sequence: Sequence): void {
    if (sequence.prefix !== undefined) this.prefixes.release(sequence.prefix);
    sequence.prefix = undefined;
  }
}

export function reservation({ decoding, memory }: Sequence): Reservation {
  return { rows: decoding.maxRows, memoryRows: memoryRows(memory) };
}

/** Rows that the cross-attention of a sequence sees; memory_k.0 is [heads, memory, headDim]. */
function memoryRows(memory: CallOutputs | undefined): number {
  return memory?.["memory_k.0"]?.dims[1] ?? 0;
}
