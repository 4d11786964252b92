import { isDatabaseUrl } from "../postgres/database-url.ts";
import { BlobError, type BlobStore } from "./blob-store.ts";

export interface OpenBlobs {
  /** Where AWS's variables are. */
  readonly env: NodeJS.ProcessEnv;
  /** Told when the place goes away, and when it is back. */
  readonly report?: (problem: string) => void;
}

/** Opens a place of blobs: `postgres://…`, `s3://…`, or a folder. Only its carrier's code is loaded. */
export async function openBlobs(place: string, { env, report }: OpenBlobs): Promise<BlobStore> {
  if (isDatabaseUrl(place)) return (await import("./postgres-blobs.ts")).PostgresBlobs.open(place, report);
  if (place.startsWith("s3://")) return openS3(place, env);
  if (!/^\w+:\/\//.test(place) && place !== "") return (await import("./disk-blobs.ts")).DiskBlobs.open(place);
  throw new BlobError("refused", "blobs are kept in a folder, at s3://bucket/prefix, or in postgres://host/database");
}

async function openS3(place: string, env: NodeJS.ProcessEnv): Promise<BlobStore> {
  const [{ S3Blobs }, { s3PlaceOf }] = await Promise.all([import("./s3-blobs.ts"), import("./s3-place.ts")]);
  return S3Blobs.open(s3PlaceOf(place, env));
}
