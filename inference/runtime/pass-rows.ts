import type { ChunkBeside, DecoderEntry } from "../scheduling/batch.ts";

/** Where the rows of a pass lie among all that its graph is given. */
export interface PassRows {
  readonly placed: readonly PlacedEntry[];
  /** Of input_ids: [batch, rows], or all in one line. */
  readonly dims: readonly [number, number];
  /** Of the entry with most, to which the others are padded. */
  readonly rows: number;
}

/** An entry, and the number of its first row. */
export interface PlacedEntry extends DecoderEntry {
  readonly line: number;
}

/** Entries are padded to the one with most rows; a chunk beside them is not, and comes after them. */
export function passRows(
  entries: readonly DecoderEntry[],
  { chunk, layout }: { readonly chunk: ChunkBeside | undefined; readonly layout: "rectangle" | "line" },
): PassRows {
  const rows = Math.max(...entries.map(({ numRows }) => numRows));
  const padded = entries.length * rows;
  const placed = entries.map((entry, i) => ({ ...entry, line: i * rows }));
  if (layout === "rectangle") return { placed, dims: [entries.length, rows], rows };
  const beside = chunk === undefined ? [] : [{ ...chunk, line: padded }];
  return { placed: [...placed, ...beside], dims: [1, padded + (chunk?.numRows ?? 0)], rows };
}
