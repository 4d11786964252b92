import type { HubConfig } from "./hub-config.ts";
import { HubError } from "./hub-error.ts";
import { requestHub } from "./request.ts";

/** A file of a repository at a commit. */
export interface HubFile {
  readonly path: string;
  readonly bytes: number;
  /** What its content must hash to; also what the cache calls it. */
  readonly checksum: Checksum;
}

/** "git": SHA-1 over git's header of a blob and the content; "sha256": of the content. */
export interface Checksum {
  readonly kind: "git" | "sha256";
  readonly hex: string;
}

export interface Listing {
  readonly commit: string;
  readonly files: readonly HubFile[];
}

/** Beyond, a listing is none of a checkpoint. */
const MAX_FILES = 10_000;
const MAX_BYTES = 8 * 2 ** 20;

/** What a repository holds at a revision, which may be a branch, a tag or a commit. */
export async function listRepository(
  config: HubConfig,
  { repository, revision, signal }: { repository: string; revision: string; signal: AbortSignal },
): Promise<Listing> {
  const path = `/api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const response = await requestHub(config, { path, signal });
  const text = await response.text();
  if (text.length > MAX_BYTES) throw unusable(path, "it is too long");
  return parseListing(path, text);
}

function parseListing(path: string, text: string): Listing {
  const { sha, siblings } = parseObject(path, text);
  if (typeof sha !== "string" || !/^[0-9a-f]{40}$/.test(sha)) throw unusable(path, "it names no commit");
  if (!Array.isArray(siblings) || siblings.length > MAX_FILES) throw unusable(path, "it lists no files");
  return { commit: sha, files: siblings.map((sibling: unknown) => parseFile(path, sibling)) };
}

function parseObject(path: string, text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw unusable(path, "it is no JSON object");
}

function parseFile(path: string, sibling: unknown): HubFile {
  const { rfilename, size, blobId, lfs } = sibling as Sibling;
  const checksum: Checksum | undefined =
    typeof lfs?.sha256 === "string"
      ? { kind: "sha256", hex: lfs.sha256 }
      : typeof blobId === "string"
        ? { kind: "git", hex: blobId }
        : undefined;
  const bytes = typeof lfs?.size === "number" ? lfs.size : size;
  if (typeof rfilename !== "string" || !isPlainPath(rfilename)) throw unusable(path, "a file has no plain name");
  if (checksum === undefined || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(checksum.hex)) {
    throw unusable(path, `${rfilename} has no checksum`);
  }
  if (typeof bytes !== "number" || !Number.isSafeInteger(bytes) || bytes < 0) {
    throw unusable(path, `${rfilename} has no size`);
  }
  return { path: rfilename, bytes, checksum };
}

interface Sibling {
  readonly rfilename?: unknown;
  readonly size?: unknown;
  readonly blobId?: unknown;
  readonly lfs?: { readonly sha256?: unknown; readonly size?: unknown } | null;
}

/** It becomes a path below the cache's folder, and must not lead out of it. */
function isPlainPath(path: string): boolean {
  return (
    path.length <= 512 && /^[\w. +-]+(\/[\w. +-]+)*$/.test(path) && !path.split("/").some((part) => /^\.+$/.test(part))
  );
}

function unusable(path: string, problem: string): HubError {
  return new HubError("unusable", `The hub's listing ${path} cannot be used: ${problem}.`);
}
