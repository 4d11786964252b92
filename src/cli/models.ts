import {
  catalogue,
  findSnapshot,
  gigabytes,
  HubError,
  hubConfig,
  repositoryOf,
  type CatalogueEntry,
} from "../../hub/index.ts";
import { fetchRepository } from "../fetch-repository.ts";

const USAGE = `Usage: npm run models                         the official checkpoints, and which of them are here
       npm run models -- pull <name>[@revision] …  fetches them, or any repository as owner/name
HF_HOME, HF_HUB_CACHE, HF_TOKEN, HF_ENDPOINT and HF_HUB_OFFLINE mean what they mean to huggingface_hub.`;

/** npm run models */
async function main([command, ...names]: readonly string[]): Promise<void> {
  if (command === undefined) list();
  else if (command === "pull" && names.length > 0) await pullAll(names);
  else throw new UsageError();
}

class UsageError extends Error {}

function list(): void {
  const rows = catalogue.map(rowOf);
  const header = [
    "name",
    "family",
    "tasks",
    "parameters",
    "on disk",
    "in float32",
    "in int8",
    "in int4",
    "here",
    "licence",
  ];
  console.log(table([header, ...rows]));
  console.log("\nMemory is that of the weights, were all of them kept so; what a server needs beside them is its own.");
}

/** Memory of the weights alone; a quantised matrix has a float32 scale for each 32 of its elements. */
function rowOf(entry: CatalogueEntry): readonly string[] {
  const { name, repository, family, tasks, megaParameters, storedBytes, licence = "see its page" } = entry;
  const size = (bytesEach: number): string => gigabytes(1e6 * megaParameters * bytesEach);
  const here = findSnapshot(hubConfig(process.env), repository, "main") === undefined ? "" : "yes";
  const sizes = [size(storedBytes), size(4), size(1 + 4 / 32), size(0.5 + 4 / 32)];
  return [name, family, tasks.join(" "), `${megaParameters} M`, ...sizes, here, licence];
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

async function pullAll(names: readonly string[]): Promise<void> {
  for (const given of names) {
    const [name = "", revision] = given.split("@");
    const repository = repositoryOf(name);
    if (repository === undefined) {
      throw new HubError(
        "not-found",
        `"${name}" is not in the catalogue: npm run models lists it. Others go by owner/name.`,
      );
    }
    console.log(await fetchRepository(repository, revision));
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof UsageError) console.error(USAGE);
  else if (error instanceof HubError) console.error(error.message);
  else console.error(error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
