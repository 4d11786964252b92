import { table, type Cell } from "./table.ts";

/** A table under its title; columns are separated by "|" in the header. */
export function titled(title: string, header: string, rows: readonly (readonly Cell[])[], digits = 1): string {
  return `### ${title}\n\n${table(header.split("|"), rows, { digits })}`;
}

/** "1.50 ×" */
export function ratio(value: number, reference: number): string {
  return `${(value / reference).toFixed(2)} ×`;
}
