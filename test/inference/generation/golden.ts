import { readFileSync } from "node:fs";

/** A file of test/golden, whose README describes it. */
export function golden(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../golden/${file}`, import.meta.url), "utf8"));
}
