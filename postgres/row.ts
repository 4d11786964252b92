import type { SqlRow } from "./sql.ts";

// Of a row that any SQL database gave: a gallery's tables in SQLite are read by the same.

/** The column as a string; a missing or other value is a bug in the query. */
export function text(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw new TypeError(`column ${column} is ${typeof value}, not text`);
  return value;
}

/** The column as a number; bigints, which come as digits, are those that a number can hold. */
export function number(row: SqlRow, column: string): number {
  const value = row[column];
  const number = typeof value === "string" ? Number(value) : value;
  if (typeof number === "number" && !Number.isNaN(number)) return number;
  throw new TypeError(`column ${column} is ${typeof value}, not a number`);
}

/** The column as bytes; a missing or other value is a bug in the query. */
export function bytes(row: SqlRow, column: string): Buffer {
  const value = row[column];
  if (!(value instanceof Buffer)) throw new TypeError(`column ${column} is ${typeof value}, not bytes`);
  return value;
}

/** The column as a moment; a missing or other value is a bug in the query. */
export function date(row: SqlRow, column: string): Date {
  const value = row[column];
  if (!(value instanceof Date)) throw new TypeError(`column ${column} is ${typeof value}, not a moment`);
  return value;
}
