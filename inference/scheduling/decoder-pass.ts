import type { ChunkBeside, DecoderBatch } from "./batch.ts";
import { numPendingRows, type Sequence } from "./sequence.ts";

/** More pending rows are a long prompt, which others are not to be padded to. */
const FEW_ROWS = 8;

/** What a pass computes. */
export type Part = Pick<DecoderBatch, "pass" | "first" | "entries" | "chunk">;
type Entries = Pick<DecoderBatch, "first" | "entries">;

export function isLong(sequence: Sequence): boolean {
  return numPendingRows(sequence) > FEW_ROWS;
}

/** The next rows of all that have few of them, of `running` by slots; long ones between them sit out. */
export function stepOf(running: readonly Sequence[], maxRows: number): Entries {
  const first = running.findIndex((sequence) => !isLong(sequence));
  const members = running.slice(first, running.findLastIndex((sequence) => !isLong(sequence)) + 1);
  // A pass computes as many rows for each as for the one with most, so all are cut alike.
  const most = Math.max(1, Math.floor(maxRows / members.length));
  const numRows = (sequence: Sequence): number => Math.min(numPendingRows(sequence), most);
  const entries = members.map((sequence) => ({ sequence, numRows: isLong(sequence) ? 0 : numRows(sequence) }));
  return { first, entries };
}

/** The next rows of a long one, and of neighbours that are long too as far as all their rows fit in with its. */
export function chunkOf(running: readonly Sequence[], lead: Sequence, maxRows: number): Entries {
  let [first, end] = [lead.slot!, lead.slot! + 1];
  const fits = (from: number, to: number): boolean => {
    const members = running.slice(from, to);
    return members.every(isLong) && members.length * Math.max(...members.map(numPendingRows)) <= maxRows;
  };
  while (end < running.length && fits(first, end + 1)) end += 1;
  while (first > 0 && fits(first - 1, end)) first -= 1;
  const entries = running.slice(first, end).map((sequence) => ({
    sequence,
    numRows: Math.min(numPendingRows(sequence), maxRows),
  }));
  return { first, entries };
}

/** The next rows of a long one beside a step. */
export function chunkBeside(
  lead: Sequence,
  { rows, stepMs }: { readonly rows: number; readonly stepMs: number },
): Pick<Part, "pass" | "chunk"> {
  const numRows = Math.min(numPendingRows(lead), rows);
  return { pass: "mixed", chunk: { sequence: lead, slot: lead.slot!, numRows, stepMs } };
}

/** Rows that a pass computes, with those of padding. */
export function numRowsOf({ entries, chunk }: Part): number {
  return entries.length * Math.max(...entries.map(({ numRows }) => numRows)) + (chunk?.numRows ?? 0);
}

/** Of the time that a pass took, what it would have taken without the chunk beside it. */
export function stepMsOf({ chunk }: { readonly chunk?: ChunkBeside | undefined }, ms: number): number {
  return Math.min(ms, chunk?.stepMs ?? ms);
}
