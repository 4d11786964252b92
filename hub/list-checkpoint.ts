import { checkpointFiles } from "./checkpoint-files.ts";
import type { HubConfig } from "./hub-config.ts";
import { HubError } from "./hub-error.ts";
import { listRepository, type Checksum, type HubFile, type ListedFile } from "./listing.ts";
import { requestHub } from "./request.ts";

/** Where a checkpoint is. */
export interface Wanted {
  /** As owner/name. */
  readonly repository: string;
  /** A branch, a tag or a commit. */
  readonly revision: string;
  readonly signal: AbortSignal;
}

/** The files of a checkpoint at a commit. */
export interface ListedCheckpoint {
  readonly commit: string;
  readonly files: readonly HubFile[];
}

/** What serving a repository needs of it at a revision. Throws a HubError where it holds no checkpoint. */
export async function listCheckpoint(config: HubConfig, wanted: Wanted): Promise<ListedCheckpoint> {
  const { repository, signal } = wanted;
  const { commit, files } = await listRepository(config, wanted);
  const chosen = checkpointFiles<ListedFile>(repository, files);
  const complete = chosen.map(async (file): Promise<HubFile> => {
    return "bytes" in file ? file : headFile(config, { repository, commit, file, signal });
  });
  return { commit, files: await Promise.all(complete) };
}

interface Asked {
  readonly repository: string;
  readonly commit: string;
  readonly file: ListedFile;
  readonly signal: AbortSignal;
}

/**
 * Size and checksum of a file that a mirror only names, from the headers by which huggingface_hub knows files.
 * https://github.com/huggingface/huggingface_hub, get_hf_file_metadata
 */
async function headFile(config: HubConfig, { repository, commit, file, signal }: Asked): Promise<HubFile> {
  const path = `/${repository}/resolve/${commit}/${file.path.split("/").map(encodeURIComponent).join("/")}`;
  const { headers } = await requestHub(config, {
    path,
    method: "HEAD",
    headers: { "accept-encoding": "identity" },
    signal,
  });
  const bytes = headers.get("x-linked-size") ?? headers.get("content-length") ?? "";
  const etag = (headers.get("x-linked-etag") ?? headers.get("etag") ?? "").replace(/^W\//, "").replaceAll('"', "");
  if (!/^\d+$/.test(bytes) || !/^[\w.-]{1,128}$/.test(etag) || /^\.+$/.test(etag)) {
    throw new HubError(
      "unusable",
      `${config.endpoint}${path}: the hub says neither how long the file is nor its ETag.`,
    );
  }
  return { path: file.path, bytes: Number(bytes), checksum: checksumOf(etag) };
}

function checksumOf(etag: string): Checksum {
  if (/^[0-9a-f]{64}$/.test(etag)) return { kind: "sha256", hex: etag };
  return { kind: /^[0-9a-f]{40}$/.test(etag) ? "sha1" : "name", hex: etag };
}
