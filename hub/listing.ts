import type { HubConfig } from "./hub-config.ts";
import { HubError } from "./hub-error.ts";
import { piecesOf, requestHub } from "./request.ts";

/** A file of a repository at a commit. */
export interface HubFile {
  readonly path: string;
  readonly bytes: number;
  /** What its content must hash to; also what the cache calls it. */
  readonly checksum: Checksum;
}

/**
 * "git": SHA-1 over git's header of a blob and the content; "sha256": of the content; "sha1": of either, which a mirror does
 * not tell; "name": it says nothing of the content, but another content has another.
 */
export interface Checksum {
  readonly kind: "git" | "sha256" | "sha1" | "name";
  readonly hex: string;
}

/** A file of which a mirror says no more than that it is there. */
export type ListedFile = HubFile | { readonly path: string };

export interface Listing {
  readonly commit: string;
  readonly files: readonly ListedFile[];
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
  return parseListing(path, await textOf(path, await requestHub(config, { path, signal })));
}

/** Reads no more of an answer than a listing may have. */
async function textOf(path: string, response: Response): Promise<string> {
  const tooLong = unusable(path, `it is longer than ${MAX_BYTES} bytes`);
  if (Number(response.headers.get("content-length")) > MAX_BYTES) {
    await response.body?.cancel();
    throw tooLong;
  }
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of piecesOf(response, path)) {
    bytes += piece.length;
    if (bytes > MAX_BYTES) throw tooLong;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
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

function parseFile(path: string, sibling: unknown): ListedFile {
  const { rfilename, size, blobId, lfs } = sibling as Sibling;
  if (typeof rfilename !== "string" || !isPlainPath(rfilename)) throw unusable(path, "a file has no plain name");
  if (size === undefined && blobId === undefined && lfs == null) return { path: rfilename };
  const bytes = typeof lfs?.size === "number" ? lfs.size : size;
  const checksum: Checksum | undefined =
    typeof lfs?.sha256 === "string"
      ? { kind: "sha256", hex: lfs.sha256 }
      : typeof blobId === "string"
        ? { kind: "git", hex: blobId }
        : undefined;
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
