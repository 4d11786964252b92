import assert from "node:assert/strict";
import type {
  Batch,
  CacheChange,
  DecoderBatch,
  DecoderEntry,
  DecoderJoin,
} from "../../../inference/scheduling/batch.ts";
import type { Row } from "../../../inference/scheduling/sequence.ts";
import type { Watch } from "./simulation.ts";
import type { Limits } from "./workload.ts";

interface Contents {
  /** Rows by slot. */
  readonly slots: (readonly Row[])[];
  readonly kept: Map<number, readonly Row[]>;
}

/** What a cache that does as it is told would hold: which rows lie in which slot, and which are kept. */
export class CacheContents implements Watch {
  readonly #limits: Limits;
  readonly #models = new Map<string, Contents>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  pass(batch: Batch): void {
    if (batch.kind === "encoder") return;
    this.#assertWithinBounds(batch);
    const contents = this.#models.get(batch.model) ?? { slots: [], kept: new Map<number, readonly Row[]>() };
    this.#models.set(batch.model, contents);
    for (const change of batch.changes) this.#change(contents, change);
    for (const join of batch.joins) contents.slots[join.slot] = begunWith(contents, join);
    placedIn(batch).forEach(({ sequence, numRows, slot }) => {
      assert.equal(sequence.slot, slot);
      const { rows } = sequence.decoding;
      assert.deepEqual(contents.slots[sequence.slot], rows.slice(0, sequence.numComputedRows));
      contents.slots[sequence.slot] = rows.slice(0, sequence.numComputedRows + numRows);
    });
  }

  /** What broke wrote nothing. */
  passed(batch: Batch, how: "done" | "broken"): void {
    if (batch.kind === "encoder" || how === "done") return;
    const { slots } = this.#models.get(batch.model)!;
    placedIn(batch).forEach(({ numRows, slot }) => {
      slots[slot] = slots[slot]!.slice(0, slots[slot]!.length - numRows);
    });
  }

  #change({ slots, kept }: Contents, change: CacheChange): void {
    if (change.kind === "move") slots[change.to] = slots[change.from]!;
    else if (change.kind === "drop") assert(kept.delete(change.prefix));
    else {
      assert(change.rows <= slots[change.slot]!.length);
      kept.set(change.prefix, slots[change.slot]!.slice(0, change.rows));
    }
    const rows = [...kept.values()].reduce((sum, { length }) => sum + length, 0);
    assert(rows <= this.#limits.maxKeptRows);
  }

  #assertWithinBounds(batch: DecoderBatch): void {
    const { first, entries, capacity, joins, chunk } = batch;
    const { maxSequences, maxCachedRows, maxRowsPerPass } = this.#limits;
    assert(first + entries.length <= capacity.slots);
    assert(capacity.slots <= maxSequences);
    assert(capacity.slots * (capacity.rows + capacity.memoryRows) <= maxCachedRows);
    const rows = entries.map(({ numRows }) => numRows);
    assert(Math.max(...rows) > 0);
    assert(entries.length * Math.max(...rows) <= Math.max(maxRowsPerPass, entries.length));
    for (const { memory } of joins) assert((memory?.["memory_k.0"]?.dims[1] ?? 0) <= capacity.memoryRows);
    assert.equal(batch.pass === "mixed", chunk !== undefined);
    assert(chunk === undefined || (this.#limits.mixes && chunk.numRows > 0 && chunk.numRows <= maxRowsPerPass));
    for (const { sequence, numRows } of placedIn(batch)) {
      assert(sequence.numComputedRows + numRows <= capacity.rows);
      assert(sequence.decoding.rows.length <= sequence.decoding.maxRows);
    }
  }
}

/** All whose rows may be computed, a chunk's last. */
function placedIn({ first, entries, chunk }: DecoderBatch): (DecoderEntry & { readonly slot: number })[] {
  return [...entries.map((entry, i) => ({ ...entry, slot: first + i })), ...(chunk ? [chunk] : [])];
}

function begunWith({ kept }: Contents, { prefix }: DecoderJoin): readonly Row[] {
  if (prefix === undefined) return [];
  const rows = kept.get(prefix.prefix)!;
  assert(prefix.rows <= rows.length);
  return rows.slice(0, prefix.rows);
}
