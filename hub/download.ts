import { existsSync, statSync } from "node:fs";
import { mkdir, open, rename, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { isWholeAndRight } from "./checksum.ts";
import type { HubConfig } from "./hub-config.ts";
import { HubError } from "./hub-error.ts";
import type { HubFile } from "./listing.ts";
import { piecesOf, requestHub } from "./request.ts";

export interface Download {
  readonly repository: string;
  readonly commit: string;
  readonly file: HubFile;
  /** Where it goes, by its checksum. */
  readonly blob: string;
  readonly signal: AbortSignal;
  /** Told how many of the file's bytes are there. */
  readonly onBytes: (bytes: number) => void;
}

/** Where a blob is while it is not whole: huggingface_hub's name for it, so that each can go on with what the other began. */
function incompletePath(blob: string): string {
  return `${blob}.incomplete`;
}

/**
 * Brings a file's content, from where an earlier try ended. Afterwards the blob is there, whole and checked; until then it
 * has another name. Throws a HubError; what has come so far stays, unless its checksum is wrong.
 */
export async function download(config: HubConfig, wanted: Download): Promise<void> {
  const { blob, file, onBytes } = wanted;
  if (existsSync(blob)) {
    onBytes(file.bytes);
    return;
  }
  await mkdir(dirname(blob), { recursive: true });
  const incomplete = incompletePath(blob);
  const target = await open(incomplete, "a+");
  try {
    await complete(config, wanted, target);
  } catch (error) {
    throw spaceError(error, blob);
  } finally {
    await target.close();
  }
  await rename(incomplete, blob);
}

async function complete(config: HubConfig, wanted: Download, target: FileHandle): Promise<void> {
  const { file, blob, onBytes } = wanted;
  let have = await usableBytes(target, file);
  if (have < file.bytes) {
    const response = await ask(config, wanted, have);
    if (response.status !== 206 && have > 0) {
      await target.truncate(0);
      have = 0;
    }
    onBytes(have);
    for await (const piece of piecesOf(response, file.path)) {
      have += piece.length;
      if (have > file.bytes) throw await damaged(target, wanted, "is longer than the hub said");
      await target.writeFile(piece);
      onBytes(have);
    }
  }
  if (have < file.bytes) {
    throw new HubError("incomplete", `${file.path} ended after ${have} of ${file.bytes} bytes.`);
  }
  await target.sync();
  if (!(await isWholeAndRight(file, incompletePath(blob)))) throw await damaged(target, wanted, "has a wrong checksum");
}

/** Of what an earlier try left; more than the whole is not of this file. */
async function usableBytes(target: FileHandle, { bytes }: HubFile): Promise<number> {
  const { size } = await target.stat();
  if (size <= bytes) return size;
  await target.truncate(0);
  return 0;
}

/** Answers 206 and the rest, or 200 and the whole. */
async function ask(config: HubConfig, { repository, commit, file, signal }: Download, have: number): Promise<Response> {
  const name = file.path.split("/").map(encodeURIComponent).join("/");
  const path = `/${repository}/resolve/${commit}/${name}`;
  const headers = have === 0 ? {} : { range: `bytes=${have}-` };
  const response = await requestHub(config, { path, headers: { ...headers, "accept-encoding": "identity" }, signal });
  const rest = `bytes ${have}-${file.bytes - 1}/${file.bytes}`;
  if (response.status === 200 || (response.status === 206 && response.headers.get("content-range") === rest)) {
    return response;
  }
  await response.body?.cancel();
  throw new HubError(
    "unusable",
    `${path}: the hub sent HTTP ${response.status} where the bytes from ${have} on were asked for.`,
  );
}

/** What is wrong must not be gone on with. */
async function damaged(target: FileHandle, { file, repository }: Download, problem: string): Promise<HubError> {
  await target.truncate(0);
  return new HubError("damaged", `${file.path} of ${repository} ${problem}: it was thrown away. Try again.`);
}

function spaceError(error: unknown, blob: string): unknown {
  if ((error as NodeJS.ErrnoException).code !== "ENOSPC") return error;
  return new HubError("no-space", `No space is left in ${dirname(blob)}; what has come stays there.`, { cause: error });
}

/** Bytes of a file that need not be fetched any more. */
export function bytesThere(blob: string, { bytes }: HubFile): number {
  if (existsSync(blob)) return bytes;
  const incomplete = incompletePath(blob);
  return existsSync(incomplete) ? Math.min(bytes, statSync(incomplete).size) : 0;
}
