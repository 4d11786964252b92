import { openBlobs } from "../../blobs/open-blobs.ts";
import { Sql } from "../../postgres/sql.ts";
import { PostgresStore } from "./postgres-store.ts";

/** Where a gallery of many machines is. */
export interface PostgresPlace {
  readonly url: string;
  /** Of those that share the database. */
  readonly gallery: string;
  /** Of the pictures: `postgres://…`, `s3://…`, or a folder. */
  readonly blobs: string;
  /** For files that this machine can do without. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly report: (problem: string) => void;
}

/** Opens the gallery, or says why it cannot be, in words without secrets. */
export async function openPostgresStore(place: PostgresPlace): Promise<PostgresStore> {
  const { url, gallery, folder, env, report } = place;
  const opened: { close(): Promise<void> }[] = [];
  try {
    const sql = await Sql.open(url, { report });
    opened.push(sql);
    const blobs = await openBlobs(place.blobs, { env, report });
    opened.push(blobs);
    return await PostgresStore.open({ sql, blobs, gallery, folder, report });
  } catch (error) {
    for (const each of opened) await each.close();
    throw error;
  }
}
