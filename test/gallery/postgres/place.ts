import { randomUUID } from "node:crypto";
import path from "node:path";
import { PostgresDatabase } from "../../../gallery/postgres/postgres-database.ts";
import type { PostgresStore } from "../../../gallery/postgres/postgres-store.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** A gallery of a name that nobody else has. */
export interface PostgresTestPlace {
  readonly gallery: string;
  /** Of the blobs. */
  readonly folder: string;
  /** Opens it as another machine would, or another gallery with the same blobs. */
  open(changes?: { readonly gallery?: string; readonly report?: (problem: string) => void }): Promise<PostgresStore>;
}

export async function newPostgresPlace(url: string): Promise<PostgresTestPlace> {
  const gallery = randomUUID();
  const folder = await temporaryFolder();
  const open: PostgresTestPlace["open"] = async ({ gallery: name = gallery, report = () => undefined } = {}) => {
    const database = await PostgresDatabase.open({
      url,
      blobs: path.join(folder, "blobs"),
      // Of one machine: where there are more, each has its own.
      folder: path.join(folder, randomUUID()),
      env: {},
      report,
    });
    const close = (): Promise<void> => database.close();
    return database.gallery(name, close).catch(async (error: unknown) => {
      await close();
      throw error;
    });
  };
  return { gallery, folder: path.join(folder, "blobs"), open };
}
