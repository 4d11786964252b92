import { findSnapshot, hubConfig, pull } from "../hub/index.ts";
import { progressPrinter } from "./progress-printer.ts";

/** The folder of a repository's checkpoint: the cache's, or what is fetched into it now. Throws a HubError. */
export async function fetchRepository(repository: string, revision = "main"): Promise<string> {
  const config = hubConfig(process.env);
  const there = findSnapshot(config, repository, revision);
  if (there !== undefined) return there;
  const printer = progressPrinter(process.stderr);
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort(new Error("Interrupted; the next try goes on from here."));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupt);
  try {
    return await pull(config, { repository, revision, signal: interrupted.signal, onProgress: printer.show });
  } finally {
    printer.end();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, interrupt);
  }
}
