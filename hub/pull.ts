import { mkdir, statfs } from "node:fs/promises";
import { bytesThere, download } from "./download.ts";
import { CachedRepository } from "./hub-cache.ts";
import type { HubConfig } from "./hub-config.ts";
import { HubError } from "./hub-error.ts";
import { listCheckpoint, type ListedCheckpoint, type Wanted } from "./list-checkpoint.ts";
import type { HubFile } from "./listing.ts";
import { withLock } from "./lock.ts";
import { patience as usual, retrying, type Patience, type Wait } from "./retrying.ts";

export interface PullOptions extends Wanted {
  readonly onProgress: (progress: PullProgress) => void;
  /** Told before each wait for another try. */
  readonly onWait?: (wait: Wait) => void;
  readonly patience?: Patience;
}

export interface PullProgress {
  readonly repository: string;
  readonly files: number;
  readonly bytes: number;
  readonly totalBytes: number;
}

/** Files that are fetched at once. */
const PARALLEL = 4;
/** Left free on the disk. */
const SPARE_BYTES = 64 * 2 ** 20;

/**
 * Brings a repository's checkpoint into the cache, or what of it is missing; the snapshot's folder. Throws a HubError that
 * says why that cannot be. Whatever ends it, the next pull goes on where it was.
 */
export async function pull(config: HubConfig, options: PullOptions): Promise<string> {
  const { repository, revision } = options;
  if (config.access === "offline") throw offline(repository);
  const cached = new CachedRepository(config, repository);
  await mkdir(cached.folder, { recursive: true });
  return withLock(`${cached.folder}.lock`, options.signal, async () => {
    const { commit, files } = await list(config, options);
    await fetchAll(config, { ...options, cached, commit, files });
    for (const file of files) cached.link(commit, file);
    cached.nameCommit(revision, commit);
    return cached.snapshot(commit);
  });
}

function list(config: HubConfig, options: PullOptions): Promise<ListedCheckpoint> {
  const { signal, onWait = unheard, patience = usual } = options;
  return retrying(() => listCheckpoint(config, options), { patience, signal, onWait, progress: () => 0 });
}

const unheard = (): void => undefined;

interface Fetching extends PullOptions {
  readonly cached: CachedRepository;
  readonly commit: string;
  readonly files: readonly HubFile[];
}

async function fetchAll(config: HubConfig, fetching: Fetching): Promise<void> {
  const { cached, repository, onProgress } = fetching;
  const files = distinct(fetching.files);
  const there = new Map(files.map((file) => [file, bytesThere(cached.blob(file), file)]));
  const totalBytes = sum(files.map(({ bytes }) => bytes));
  await requireSpace(cached.folder, totalBytes - sum([...there.values()]));
  await together(files, fetching.signal, (file, signal) =>
    fetchFile(config, { ...fetching, signal }, file, (bytes) => {
      there.set(file, bytes);
      onProgress({ repository, files: files.length, bytes: sum([...there.values()]), totalBytes });
    }),
  );
}

/** Files with the same content are one blob: fetched at once, they would write over each other. */
function distinct(files: readonly HubFile[]): readonly HubFile[] {
  return [...new Map(files.map((file) => [file.checksum.hex, file])).values()];
}

/** Works at some files at once. The first failure ends the others' work, and is thrown when nothing runs any more. */
async function together(
  files: readonly HubFile[],
  signal: AbortSignal,
  work: (file: HubFile, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failure = new AbortController();
  const ended = AbortSignal.any([signal, failure.signal]);
  const queue = files.values();
  const workOn = async (): Promise<void> => {
    for (const file of queue) await work(file, ended);
  };
  const workers = Array.from({ length: PARALLEL }, () => workOn().catch((error: unknown) => failure.abort(error)));
  await Promise.all(workers);
  failure.signal.throwIfAborted();
}

function fetchFile(
  config: HubConfig,
  { repository, commit, cached, signal, onWait = unheard, patience = usual }: Fetching,
  file: HubFile,
  onBytes: (bytes: number) => void,
): Promise<void> {
  let most = 0;
  const count = (bytes: number): void => {
    most = Math.max(most, bytes);
    onBytes(bytes);
  };
  const work = () => download(config, { repository, commit, file, blob: cached.blob(file), signal, onBytes: count });
  return retrying(work, { patience, signal, onWait, progress: () => most });
}

async function requireSpace(folder: string, missing: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (missing + SPARE_BYTES <= free || missing === 0) return;
  const message = `${gigabytes(missing)} are missing, and the disk of ${folder} has ${gigabytes(free)}: make room, or name another by HF_HOME.`;
  throw new HubError("no-space", message);
}

function offline(repository: string): HubError {
  return new HubError("offline", `${repository} is not in the cache, and HF_HUB_OFFLINE forbids to fetch it.`);
}

export function gigabytes(bytes: number): string {
  return bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
