import {
  catalogue,
  diskBytes,
  findSnapshot,
  gigabytes,
  hubConfig,
  type CatalogueEntry,
  type HubConfig,
} from "../../hub/index.ts";
import { table } from "./table.ts";

const header = ["name", "family", "tasks", "parameters", "on disk", "float32", "int8", "int4", "here", "licence"];
const note = "Memory is that of the weights, were all of them kept so; what a server needs beside them is its own.";

/** The catalogue as a table, and what of it is in the cache. */
export function listing(env: NodeJS.ProcessEnv): string {
  const config = hubConfig(env);
  return `${table([header, ...catalogue.map((entry) => rowOf(entry, config))])}\n\n${note}`;
}

/** A quantised matrix has a float32 scale for each 32 of its elements. */
function rowOf(entry: CatalogueEntry, config: HubConfig): readonly string[] {
  const { name, repository, family, tasks, megaParameters, licence = "see its page" } = entry;
  const size = (bytesEach: number): string => gigabytes(1e6 * megaParameters * bytesEach);
  const here = findSnapshot(config, repository, "main") === undefined ? "" : "yes";
  const sizes = [gigabytes(diskBytes(entry)), size(4), size(1 + 4 / 32), size(0.5 + 4 / 32)];
  return [name, family, tasks.join(" "), `${megaParameters} M`, ...sizes, here, licence];
}
