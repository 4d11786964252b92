import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openBlobs } from "../../blobs/open-blobs.ts";
import { type Moved, moveGallery, type MoveProgress } from "../../gallery/move.ts";
import { SqliteStore } from "../../gallery/sqlite-store.ts";
import { InferenceError } from "../../inference/index.ts";
import { LOCAL_TENANT } from "../access/tenant.ts";
import { ConfigError } from "../config-error.ts";
import { openStores } from "../open-stores.ts";
import { settings } from "../settings.ts";
import { sharedGallery, type SharedGallery } from "../shared-gallery.ts";

const USAGE = `Usage: npm run gallery:move -- --data <folder> --to <postgres url> [--blobs <place>] [--gallery-name <name>]
Copies the gallery of a folder into PostgreSQL, and its pictures to a folder, s3://bucket/prefix or PostgreSQL, and looks
whether all arrived. It can be interrupted and started again, and run while a server uses the folder, which is only read.
GALLERY_DB, BLOBS and GALLERY_NAME say what the flags do not.`;

/** How often progress is told. */
const LINE_MS = 2_000;

/** npm run gallery:move */
async function main(): Promise<void> {
  const { data, shared } = parseCommand();
  const report = (problem: string): void => console.error(problem);
  const from = await SqliteStore.openToRead(data);
  // Of the other gallery's own files on this machine, which here are of no use to anybody.
  const local = await mkdtemp(join(tmpdir(), "gallery-move-"));
  try {
    const stores = await openStores({ folder: local, shared, report });
    const to = await stores.open(LOCAL_TENANT);
    const blobs = await openBlobs(shared.blobs, { env: process.env, report });
    tell(await moveGallery({ from, to, blobs, onProgress: progressLines() }));
    await Promise.all([from.close(), to.close(), blobs.close()]);
    await stores.close();
  } finally {
    await rm(local, { recursive: true, force: true });
  }
}

class UsageError extends Error {}

function parseCommand(): { readonly data: string; readonly shared: SharedGallery } {
  const text = { type: "string" } as const;
  const values = (() => {
    try {
      return parseArgs({ options: { data: text, to: text, blobs: text, "gallery-name": text } }).values;
    } catch {
      throw new UsageError();
    }
  })();
  const { env } = process;
  const shared = sharedGallery({
    url: values.to ?? env[settings.galleryDb.env] ?? "",
    blobs: values.blobs ?? env[settings.blobs.env] ?? "",
    gallery: values["gallery-name"] ?? env[settings.galleryName.env] ?? settings.galleryName.fallback,
  });
  if (values.data === undefined || shared === undefined) throw new UsageError();
  return { data: values.data, shared };
}

function progressLines(): (progress: MoveProgress) => void {
  let last = -Infinity;
  return ({ phase, pictures, total }) => {
    if (pictures < total && performance.now() - last < LINE_MS) return;
    last = performance.now();
    console.log(`${phase}: ${pictures} of ${total} pictures`);
  };
}

function tell({ pictures, problems }: Moved): void {
  for (const problem of problems) console.error(problem);
  console.log(
    `${pictures} pictures are there as they were${problems.length === 0 ? "." : `, ${problems.length} are not.`}`,
  );
  if (problems.length > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  if (error instanceof UsageError) console.error(USAGE);
  else console.error(error instanceof InferenceError || error instanceof ConfigError ? error.message : error);
  // At once: connections may still be open.
  process.exit(error instanceof UsageError ? 2 : 1);
});
