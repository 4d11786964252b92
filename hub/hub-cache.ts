import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { HubConfig } from "./hub-config.ts";
import type { HubFile } from "./listing.ts";

/**
 * A repository's part of the cache, as huggingface_hub lays it out: contents in blobs/ by their checksums, refs/ that name
 * commits, and snapshots/<commit>/ whose files are links to blobs. Only what is whole and checked has its name.
 * https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
export class CachedRepository {
  readonly folder: string;

  constructor({ cache }: Pick<HubConfig, "cache">, repository: string) {
    this.folder = join(cache, `models--${repository.replaceAll("/", "--")}`);
  }

  blob({ checksum }: HubFile): string {
    return join(this.folder, "blobs", checksum.hex);
  }

  snapshot(commit: string): string {
    return join(this.folder, "snapshots", commit);
  }

  /** The commit that a revision named when it was pulled last; a commit names itself. */
  commitOf(revision: string): string | undefined {
    if (/^[0-9a-f]{40}$/.test(revision)) return revision;
    const ref = join(this.folder, "refs", revision);
    return existsSync(ref) ? readFileSync(ref, "utf8").trim() : undefined;
  }

  /** Names the commit of a revision. To be called once all that is needed of it is there. */
  nameCommit(revision: string, commit: string): void {
    if (revision === commit) return;
    const ref = join(this.folder, "refs", revision);
    mkdirSync(dirname(ref), { recursive: true });
    writeFileSync(`${ref}.${process.pid}`, commit);
    renameSync(`${ref}.${process.pid}`, ref);
  }

  /** Puts a file, whose blob is there, in its place in a snapshot. */
  link(commit: string, file: HubFile): void {
    const place = join(this.snapshot(commit), file.path);
    if (existsSync(place)) return;
    mkdirSync(dirname(place), { recursive: true });
    try {
      symlinkSync(relative(dirname(place), this.blob(file)), place);
    } catch (error) {
      // Another process was quicker.
      if (!existsSync(place)) throw error;
    }
  }
}
