import { createHash } from "node:crypto";
import { InferenceError } from "../inference/index.ts";

/** Opaque to clients. A picture's cursor names its row, so that it stays good when the picture is removed. */
export function pictureCursor(row: number): string {
  return encode(`picture:${row}`);
}

/** The row that a picture's cursor names; BAD_USER_INPUT for anything else. */
export function rowOfCursor(cursor: string): number {
  const [kind, row, ...rest] = decode(cursor);
  if (kind === "picture" && isCount(row) && rest.length === 0) return Number(row);
  throw new InferenceError("BAD_USER_INPUT", "`after` is not a cursor of this list; pass an endCursor that it gave");
}

/** Identifies a search: equal parts, equal fingerprint. */
export function fingerprint(parts: readonly (string | number)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 16);
}

/** The cursor of the hit at `rank` (0, 1 …) of the search with this fingerprint. */
export function hitCursor(search: string, rank: number): string {
  return encode(`hit:${search}:${rank}`);
}

/** The rank after the one that the cursor names, 0 without a cursor; BAD_USER_INPUT for another search's cursor. */
export function rankAfter(search: string, cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const [kind, of, rank, ...rest] = decode(cursor);
  if (kind === "hit" && of === search && isCount(rank) && rest.length === 0) return Number(rank) + 1;
  throw new InferenceError(
    "BAD_USER_INPUT",
    "`after` is not a cursor of this search; pass an endCursor that the same search gave (same query, model and rerank)",
  );
}

function encode(plain: string): string {
  return Buffer.from(plain).toString("base64url");
}

function decode(cursor: string): readonly string[] {
  return Buffer.from(cursor, "base64url").toString().split(":");
}

function isCount(digits: string | undefined): boolean {
  return digits !== undefined && /^\d{1,15}$/.test(digits);
}
