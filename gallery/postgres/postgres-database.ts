import path from "node:path";
import type { BlobStore } from "../../blobs/blob-store.ts";
import { openBlobs } from "../../blobs/open-blobs.ts";
import { migrate } from "../../postgres/migrate.ts";
import { Sql } from "../../postgres/sql.ts";
import { isGalleryName } from "./gallery-name.ts";
import { findPgvector } from "./pgvector-extension.ts";
import { galleryNumber } from "./picture-table.ts";
import { PictureBytes } from "./picture-bytes.ts";
import { PostgresStore } from "./postgres-store.ts";
import { gallerySchema } from "./schema.ts";
import type { Vectors } from "./vector-table.ts";

/** Where the galleries of many machines are. */
export interface PostgresPlace {
  readonly url: string;
  /** Of the pictures: `postgres://…`, `s3://…`, or a folder. */
  readonly blobs: string;
  /** For files that this machine can do without. */
  readonly folder: string;
  /** Where AWS's variables are. */
  readonly env: NodeJS.ProcessEnv;
  /** Told of what goes wrong without anybody asking. */
  readonly report: (problem: string) => void;
}

/** What a database of galleries is made of; it takes sql and blobs over and closes them. */
export interface PostgresParts extends Pick<PostgresPlace, "folder" | "report"> {
  readonly sql: Sql;
  readonly blobs: BlobStore;
}

/** A PostgreSQL database of galleries, which share its connections and the store of their pictures. */
export class PostgresDatabase {
  readonly #parts: PostgresParts;
  readonly #vectors: Vectors;

  private constructor(parts: PostgresParts, vectors: Vectors) {
    this.#parts = parts;
    this.#vectors = vectors;
  }

  /** Opens the database, or says why it cannot be, in words without secrets. */
  static async open({ url, folder, env, report, ...place }: PostgresPlace): Promise<PostgresDatabase> {
    const sql = await Sql.open(url, { report });
    try {
      const blobs = await openBlobs(place.blobs, { env, report });
      return await PostgresDatabase.of({ sql, blobs, folder, report }).catch(async (error: unknown) => {
        await blobs.close();
        throw error;
      });
    } catch (error) {
      await sql.close();
      throw error;
    }
  }

  /** Brings the schema up to date; refuses one that a newer release wrote. */
  static async of(parts: PostgresParts): Promise<PostgresDatabase> {
    await migrate(parts.sql, gallerySchema);
    const { vectors, problem } = await findPgvector(parts.sql);
    if (problem !== undefined) parts.report(`${problem}; each machine searches a copy of the vectors`);
    return new PostgresDatabase(parts, vectors);
  }

  /** The gallery of that name, which is made if it is missing. `whenClosed` is called when it is closed. */
  async gallery(name: string, whenClosed: () => Promise<void> = () => Promise.resolve()): Promise<PostgresStore> {
    if (!isGalleryName(name)) throw new Error("a gallery's name has at most 64 letters, digits, _ and -");
    const { sql, folder } = this.#parts;
    const bytes = await PictureBytes.open({ ...this.#parts, folder: path.join(folder, name) });
    const gallery = await galleryNumber(sql, name);
    const store = new PostgresStore({ sql, bytes, gallery, vectors: this.#vectors, whenClosed });
    await bytes.sweep((ids) => store.get(ids));
    return store;
  }

  /** Ends the connections; its galleries must be closed already. */
  async close(): Promise<void> {
    await this.#parts.blobs.close();
    await this.#parts.sql.close();
  }
}
