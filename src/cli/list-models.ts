import { statSync, readdirSync } from "node:fs";
import { join } from "node:path";
import {
  cachedCheckpoints,
  catalogue,
  diskBytes,
  findSnapshot,
  gigabytes,
  hubConfig,
  type CachedCheckpoint,
  type CatalogueEntry,
  type HubConfig,
} from "../../hub/index.ts";
import {
  aboutCheckpoint,
  parameterBytes,
  servedDtypes,
  type ModelFamily,
  type TaskName,
} from "../../inference/index.ts";
import { table } from "./table.ts";

const header = ["name", "family", "tasks", "parameters", "on disk", ...servedDtypes, "revision", "here", "licence"];
const numbers = [3, 4, ...servedDtypes.map((_, i) => 5 + i)];
const note =
  "Memory is that of the weights, were all of them kept so; npm run doctor tells what a server needs in all.";

/** The catalogue as a table, what of it is in the cache, and what else of it could be served. */
export function listing(env: NodeJS.ProcessEnv): string {
  const config = hubConfig(env);
  const others = cachedCheckpoints(config).filter(
    ({ repository }) => !catalogue.some((entry) => entry.repository === repository),
  );
  const rows = [...catalogue.map((entry) => rowOf(entry, config)), ...others.flatMap(otherRow)];
  return `${table([header, ...rows], numbers)}\n\n${note}`;
}

interface Listed {
  readonly name: string;
  readonly family: ModelFamily;
  readonly tasks: readonly TaskName[];
  readonly parameters: number;
  readonly bytes: number;
  readonly revision: string;
  readonly here: string;
  readonly licence: string | undefined;
}

function rowOf(entry: CatalogueEntry, config: HubConfig): readonly string[] {
  const { repository, revision, megaParameters } = entry;
  const pinned = findSnapshot(config, repository, revision);
  const folder = pinned ?? findSnapshot(config, repository, "main");
  return cells({
    ...entry,
    parameters: 1e6 * megaParameters,
    bytes: diskBytes(entry),
    here: pinned !== undefined ? "yes" : folder !== undefined ? "at main" : "",
    licence: entry.licence ?? (folder === undefined ? undefined : about(folder)?.licence),
  });
}

/** A checkpoint of a class that is not served is left out. */
function otherRow({ repository, folder }: CachedCheckpoint): readonly (readonly string[])[] {
  const found = about(folder);
  if (found === undefined) return [];
  return [cells({ ...found, bytes: bytesOf(folder), name: repository, revision: "main", here: "yes" })];
}

function about(folder: string): ReturnType<typeof aboutCheckpoint> | undefined {
  try {
    return aboutCheckpoint(folder);
  } catch {
    return undefined;
  }
}

function cells({ name, family, tasks, parameters, bytes, revision, here, licence }: Listed): readonly string[] {
  const inMemory = parameterBytes(parameters);
  const sizes = [bytes, ...servedDtypes.map((dtype) => inMemory[dtype])].map(gigabytes);
  const millions = `${Number((parameters / 1e6).toFixed(1))} M`;
  return [name, family, tasks.join(" "), millions, ...sizes, revision.slice(0, 8), here, licence ?? "see its page"];
}

function bytesOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
