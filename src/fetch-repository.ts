import { findSnapshot, HubError, hubConfig, pull, revisionOf, type HubConfig } from "../hub/index.ts";
import { progressPrinter } from "./progress-printer.ts";

/**
 * The folder of a repository's checkpoint: the cache's, or what is fetched into it now. Without a revision it is the one
 * of the catalogue, or what the main branch is where the hub has no such, or cannot be asked. Throws a HubError.
 */
export async function fetchRepository(repository: string, revision?: string): Promise<string> {
  const config = hubConfig(process.env);
  const usual = revisionOf(repository);
  if (revision !== undefined || usual === "main") return fetchRevision(config, repository, revision ?? usual);
  try {
    return await fetchRevision(config, repository, usual);
  } catch (error) {
    if (!(error instanceof HubError && ["not-found", "offline"].includes(error.kind))) throw error;
    console.error(`${repository} is not to be had at ${usual}: its main branch is used instead.`);
    return fetchRevision(config, repository, "main");
  }
}

async function fetchRevision(config: HubConfig, repository: string, revision: string): Promise<string> {
  const there = findSnapshot(config, repository, revision);
  if (there !== undefined) return there;
  const printer = progressPrinter(process.stderr);
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort(new Error("Interrupted; the next try goes on from here."));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupt);
  try {
    const { signal } = interrupted;
    return await pull(config, { repository, revision, signal, onProgress: printer.show, onWait: printer.wait });
  } finally {
    printer.end();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, interrupt);
  }
}
