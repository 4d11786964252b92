import type { BlobStore } from "../../blobs/blob-store.ts";
import { text } from "../../postgres/row.ts";
import type { Sql, Statements } from "../../postgres/sql.ts";

/** Any number: locks of blobs are told by it from other advisory locks. */
const blobLocks = 7_420;
/** Locked at once, while the store of blobs is asked to remove them. */
const blobsAtOnce = 64;

/** Writes down that blobs may be without a picture: before they are put, and with the removal of their pictures. */
export async function noteLoose(sql: Statements, sha256s: readonly string[]): Promise<void> {
  await sql.query(
    `INSERT INTO triptych.loose_blob (sha256) SELECT unnest($1::text[])
     ON CONFLICT (sha256) DO UPDATE SET since = now()`,
    [sha256s.toSorted()],
  );
}

/** Crosses the blob out: it has a picture. */
export async function forgetLoose(sql: Statements, sha256: string): Promise<void> {
  await sql.query("DELETE FROM triptych.loose_blob WHERE sha256 = $1", [sha256]);
}

/**
 * Until the transaction ends, nobody else decides over these blobs: neither that one is there, which the commit of a
 * picture counts on, nor that one has no picture in any gallery and goes.
 */
export async function lockBlobs(sql: Statements, sha256s: readonly string[]): Promise<void> {
  // In one order, so that nobody waits for who waits for them. 32 bits of the hash: others that share them wait, too.
  const keys = sha256s.map((sha256) => Number.parseInt(sha256.slice(0, 8), 16) | 0).sort((a, b) => a - b);
  for (const key of new Set(keys)) await sql.query("SELECT pg_advisory_xact_lock($1, $2)", [blobLocks, key]);
}

/** Removes those of these blobs that have no picture. */
export async function removeLoose(sql: Sql, blobs: BlobStore, sha256s: readonly string[]): Promise<void> {
  for (let start = 0; start < sha256s.length; start += blobsAtOnce) {
    const some = sha256s.slice(start, start + blobsAtOnce);
    await sql.transaction(async (transaction) => {
      await lockBlobs(transaction, some);
      await blobs.remove(await withoutPicture(transaction, some));
      await transaction.query("DELETE FROM triptych.loose_blob WHERE sha256 = ANY($1)", [some]);
    });
  }
}

/** The blobs that were noted long ago, and some at a time: whoever meant to add or remove them has died over it. */
export async function abandoned(sql: Statements): Promise<readonly string[]> {
  const rows = await sql.query(
    "SELECT sha256 FROM triptych.loose_blob WHERE since < now() - interval '1 hour' ORDER BY since LIMIT $1",
    [blobsAtOnce],
  );
  return rows.map((row) => text(row, "sha256"));
}

async function withoutPicture(sql: Statements, sha256s: readonly string[]): Promise<readonly string[]> {
  const rows = await sql.query("SELECT DISTINCT sha256 FROM triptych.picture WHERE sha256 = ANY($1)", [sha256s]);
  const known = new Set(rows.map((row) => text(row, "sha256")));
  return sha256s.filter((sha256) => !known.has(sha256));
}
