import { readFile, writeFile } from "node:fs/promises";
import { schema } from "../../schema/index.ts";
import { printSorted } from "../../schema/print.ts";

const file = new URL("../../schema/schema.graphql", import.meta.url);

/** Writes schema/schema.graphql; with --check only compares, and exits with 1 where it differs. */
async function main(argv: readonly string[]): Promise<void> {
  if (!argv.includes("--check")) return writeFile(file, printSorted(schema));
  if ((await readFile(file, "utf8").catch(() => "")) === printSorted(schema)) return;
  console.error("schema/schema.graphql is not what the code declares: run `npm run schema` and commit it.");
  process.exitCode = 1;
}

await main(process.argv.slice(2));
