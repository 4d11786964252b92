/** Rows of cells in columns, as wide as the widest; those whose indices are in `right` end at one place. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const padded = (cell: string, i: number): string => {
    return right.includes(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!);
  };
  return rows.map((row) => row.map(padded).join("  ").trimEnd()).join("\n");
}
