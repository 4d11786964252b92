import type { SchemaPart } from "../../postgres/migrate.ts";

/**
 * Galleries in a database. All that is a gallery's carries its number, or that of a space of it; rows are numbered by
 * each gallery itself, so that nobody learns of others how many there are.
 *
 *     gallery ─┬─ picture (gallery, row)
 *              ├─ mark
 *              └─ space ─┬─ embedding (space, row): float32, what a model gave
 *                        ├─ removal
 *                        └─ vectors_<space>: float16, what pgvector searches, if it is there (vector-table.ts)
 *
 * `loose_blob` names blobs that may have no picture in any gallery: those being added, and those just removed.
 */
export const gallerySchema: SchemaPart = {
  name: "galleries",
  steps: [
    `CREATE TABLE triptych.gallery (
       id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       name text NOT NULL UNIQUE,
       last_row bigint NOT NULL DEFAULT 0,
       pictures bigint NOT NULL DEFAULT 0
     );
     CREATE TABLE triptych.picture (
       gallery int NOT NULL REFERENCES triptych.gallery,
       row bigint NOT NULL,
       sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
       width int NOT NULL CHECK (width > 0),
       height int NOT NULL CHECK (height > 0),
       byte_size int NOT NULL CHECK (byte_size > 0),
       format text NOT NULL,
       caption text,
       created_at timestamptz NOT NULL,
       PRIMARY KEY (gallery, row),
       UNIQUE (sha256, gallery)
     );
     CREATE TABLE triptych.mark (
       gallery int NOT NULL REFERENCES triptych.gallery,
       name text NOT NULL,
       created_at timestamptz NOT NULL DEFAULT now(),
       PRIMARY KEY (gallery, name)
     );
     CREATE TABLE triptych.space (
       id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       gallery int NOT NULL REFERENCES triptych.gallery,
       name text NOT NULL,
       vectors int NOT NULL CHECK (vectors > 0),
       length int NOT NULL CHECK (length > 0),
       change bigint NOT NULL DEFAULT 0,
       pictures bigint NOT NULL DEFAULT 0,
       has_vector_table boolean NOT NULL DEFAULT false,
       UNIQUE (gallery, name)
     );
     CREATE TABLE triptych.embedding (
       space int NOT NULL REFERENCES triptych.space,
       row bigint NOT NULL,
       change bigint NOT NULL,
       vector bytea NOT NULL,
       PRIMARY KEY (space, row),
       UNIQUE (space, change)
     );
     ALTER TABLE triptych.embedding ALTER COLUMN vector SET STORAGE EXTERNAL;
     CREATE TABLE triptych.removal (
       space int NOT NULL REFERENCES triptych.space,
       change bigint NOT NULL,
       row bigint NOT NULL,
       added bigint NOT NULL,
       PRIMARY KEY (space, change)
     );
     CREATE TABLE triptych.loose_blob (sha256 text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now())`,
  ],
};
