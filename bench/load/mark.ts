import { loadavg } from "node:os";
import type { Shares } from "./processor-time.ts";

/** Something that the server is held to, and what was measured of it. */
export interface Mark {
  readonly what: string;
  readonly measured: string;
  readonly mark: string;
  readonly isMet: boolean;
}

/** Who takes part in a measurement. */
export type Party = "API" | "worker" | "load";

/** What one measurement came to. */
export interface LoadSection {
  readonly title: string;
  /** Sentences: what was done, and what else was seen. */
  readonly facts: readonly string[];
  readonly marks: readonly Mark[];
  /** While it was measured. */
  readonly shares: Shares<Party>;
  /** Of the machine over the minute before its end. */
  readonly loadAverage: number;
}

export interface Limit {
  readonly value: number;
  readonly unit: string;
  /** @default "at most" */
  readonly kind?: "at most" | "at least";
  /** Of numbers. @default 1 */
  readonly digits?: number;
}

/** A figure beside what it may be. */
export function mark(what: string, figure: number, { value, unit, kind = "at most", digits = 1 }: Limit): Mark {
  const isMet = kind === "at most" ? figure <= value : figure >= value;
  const sign = kind === "at most" ? "≤" : "≥";
  return { what, measured: `${figure.toFixed(digits)} ${unit}`, mark: `${sign} ${value} ${unit}`, isMet };
}

export function loadAverage(): number {
  return loadavg()[0]!;
}
