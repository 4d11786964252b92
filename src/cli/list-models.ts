import {
  catalogue,
  diskBytes,
  findSnapshot,
  gigabytes,
  hubConfig,
  type CatalogueEntry,
  type HubConfig,
} from "../../hub/index.ts";
import { parameterBytes } from "../../inference/index.ts";
import { table } from "./table.ts";

const header = ["name", "family", "tasks", "parameters", "on disk", "float32", "int8", "int4", "here", "licence"];
const note = "Memory is that of the weights, were all of them kept so; what a server needs beside them is its own.";

/** The catalogue as a table, and what of it is in the cache. */
export function listing(env: NodeJS.ProcessEnv): string {
  const config = hubConfig(env);
  return `${table([header, ...catalogue.map((entry) => rowOf(entry, config))])}\n\n${note}`;
}

function rowOf(entry: CatalogueEntry, config: HubConfig): readonly string[] {
  const { name, repository, family, tasks, megaParameters, licence = "see its page" } = entry;
  const { float32, int8, int4 } = parameterBytes(1e6 * megaParameters);
  const here = findSnapshot(config, repository, "main") === undefined ? "" : "yes";
  const sizes = [diskBytes(entry), float32, int8, int4].map(gigabytes);
  return [name, family, tasks.join(" "), `${megaParameters} M`, ...sizes, here, licence];
}
