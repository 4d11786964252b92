import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { catalogue } from "../../hub/index.ts";
import { interruption } from "../interruption.ts";
import { machine } from "../machine.ts";
import { reportOfficial } from "./report.ts";
import { runOfficial, type Official, type OfficialRun } from "./run.ts";

const USAGE = `Usage: npm run bench -- --official [name[:float32|:int8|:int4] …] [--layers <n>] [--folder <folder>]
  Tries the catalogue's checkpoints at their published size, or those that are named, one after the other.
  --layers  so many in each tower, where the whole would not fit
  --folder  where they are pulled to, to be removed afterwards: the largest take 35 GB (${tmpdir()})`;

/** npm run bench -- --official */
async function main(): Promise<void> {
  const { values, names } = parseCommand();
  const layers = values.layers === undefined ? undefined : Number(values.layers);
  const signal = interruption();
  const progress = (message: string): void => console.error(message);
  const runs: OfficialRun[] = [];
  for (const official of names.map((name) => officialOf(name, layers))) {
    const run = await runOfficial(official, { signal, progress, folder: values.folder });
    for (const { what, said } of run.asked) progress(`${official.name}: ${what}: ${said}`);
    runs.push(run);
  }
  console.log(`On ${machine()}.\n\n${reportOfficial(runs)}`);
}

function parseCommand() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        official: { type: "boolean" },
        layers: { type: "string" },
        folder: { type: "string", default: join(tmpdir(), "triptych-official") },
      },
    });
    if (values.layers !== undefined && !/^[1-9]\d?$/.test(values.layers)) throw new Error("--layers takes a number.");
    const names = positionals.length > 0 ? positionals : catalogue.map(({ name }) => name);
    return { values, names };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(2);
  }
}

function officialOf(text: string, layers: number | undefined): Official {
  const [name = "", dtype = "auto"] = text.split(":");
  return { name, dtype, layers };
}

main().catch((error: unknown) => {
  const interrupted = error instanceof Error && error.name === "AbortError";
  console.error(interrupted ? "Interrupted." : error);
  process.exitCode = interrupted ? 130 : 1;
});
