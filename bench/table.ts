export type Cell = string | number;

/** A Markdown table with aligned columns, so that it reads as well in a terminal; numbers keep `digits` decimals. */
export function table(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  { digits = 1 }: { readonly digits?: number } = {},
): string {
  const texts = rows.map((row) => row.map((cell) => (typeof cell === "number" ? cell.toFixed(digits) : cell)));
  const widths = header.map((name, i) => Math.max(name.length, ...texts.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padStart(widths[i]!)).join(" | ")} |`;
  const rule = `|${widths.map((width) => `${"-".repeat(width + 1)}:`).join("|")}|`;
  return [line(header), rule, ...texts.map(line)].join("\n");
}
