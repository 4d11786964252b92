import { parseArgs } from "node:util";
import { HubError, repositoryOf } from "../../hub/index.ts";
import { ConfigError } from "../config-error.ts";
import { fetchRepository } from "../fetch-repository.ts";

const USAGE = `Usage: npm run models                         the official checkpoints, and which of them are here
       npm run models -- pull <name>[@revision] …  fetches them, or any repository as owner/name
       npm run models -- verify <name>[:int8|:int4] [--references <file>]
                                              compares what one gives with what is published of it
HF_HOME, HF_HUB_CACHE, HF_TOKEN, HF_ENDPOINT and HF_HUB_OFFLINE mean what they mean to huggingface_hub.`;

/** npm run models */
async function main(): Promise<void> {
  const { values, positionals } = parseCommand();
  const [command, ...names] = positionals;
  if (command === undefined) await list();
  else if (command === "pull" && names.length > 0) await pullAll(names);
  else if (command === "verify" && names.length === 1) await verifyOne(names[0]!, values.references);
  else throw new UsageError();
}

class UsageError extends Error {}

function parseCommand() {
  try {
    return parseArgs({ allowPositionals: true, options: { references: { type: "string" } } });
  } catch {
    throw new UsageError();
  }
}

/** A pull, which needs nothing of inference, does not wait for that to be loaded. */
async function list(): Promise<void> {
  const { listing } = await import("./list-models.ts");
  console.log(listing(process.env));
}

async function pullAll(names: readonly string[]): Promise<void> {
  for (const given of names) {
    const [name = "", revision] = given.split("@");
    const repository = repositoryOf(name);
    if (repository === undefined) {
      const problem = `"${name}" is not in the catalogue: npm run models lists it. Others go by owner/name.`;
      throw new HubError("not-found", problem);
    }
    console.log(await fetchRepository(repository, revision));
  }
}

async function verifyOne(name: string, references: string | undefined): Promise<void> {
  const { verifyModel } = await import("./verify-model.ts");
  const { table, passed } = await verifyModel(name, references);
  console.log(table);
  if (!passed) process.exitCode = 1;
}

main().catch((error: unknown) => {
  if (error instanceof UsageError) console.error(USAGE);
  else console.error(error instanceof HubError || error instanceof ConfigError ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
