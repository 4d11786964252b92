import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { catalogue } from "../../hub/index.ts";
import { servedDtypes, type ServedDtype } from "../../inference/index.ts";
import { interruption } from "../interruption.ts";
import { machine } from "../machine.ts";
import { reportOfficial } from "./report.ts";
import { agrees } from "./compare.ts";
import { parityOf, reportParity, type Parity, type ParityOptions } from "./parity.ts";
import { runOfficial, withPulled, type Official, type OfficialRun, type RunOptions } from "./run.ts";

const USAGE = `Usage: npm run bench -- --official [name[:float32|:int8|:int4] …] [--layers <n>] [--python <path> [--dtypes …]] [--folder <folder>]
  Tries the catalogue's checkpoints at their published size, or those that are named, one after the other.
  --layers  so many in each tower, where the whole would not fit
  --python  a Python with training/requirements.txt: compares with transformers over the same weights, and serves nothing
  --dtypes  in which it compares, such as float32,int8,int4 (float32)
  --folder  where they are pulled to, to be removed afterwards: the largest take 35 GB (${tmpdir()})`;

/** npm run bench -- --official */
async function main(): Promise<void> {
  const { values, names } = parseCommand();
  const layers = values.layers === undefined ? undefined : Number(values.layers);
  const signal = interruption();
  const progress = (message: string): void => console.error(message);
  const officials = names.map((name) => officialOf(name, layers));
  const { python, folder } = values;
  const options = { signal, progress, folder };
  const report =
    python === undefined
      ? reportOfficial(await runAll(officials, options))
      : reportParity(await compareAll(officials, { ...options, python, dtypes: dtypesOf(values.dtypes) }));
  console.log(`On ${machine()}.\n\n${report}`);
}

/** What fails is told and left out: the others took long enough. */
async function runAll(officials: readonly Official[], options: RunOptions): Promise<readonly OfficialRun[]> {
  const runs: OfficialRun[] = [];
  for (const official of officials) {
    const run = await runOfficial(official, options).catch((error: unknown) => failed(official, error, options));
    if (run === undefined) continue;
    for (const { what, said } of run.asked) options.progress(`${official.name}: ${what}: ${said}`);
    runs.push(run);
  }
  return runs;
}

function failed({ name }: Official, error: unknown, { signal, progress }: RunOptions): undefined {
  signal.throwIfAborted();
  progress(`${name}: FAILED: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function compareAll(officials: readonly Official[], options: ParityOptions): Promise<readonly Parity[]> {
  const parities: Parity[] = [];
  for (const official of officials) {
    const comparisons = await withPulled(official, options, ({ home, snapshot }) =>
      parityOf(snapshot, { ...options, folder: home }),
    );
    for (const comparison of comparisons) {
      const keys = comparison.keys.join(", ");
      if (keys !== "") options.progress(`${official.name}: transformers misses, or has no place for: ${keys}`);
      if (comparison.dtype !== "float32" || agrees(comparison)) continue;
      options.progress(`${official.name}: DIFFERS from transformers`);
      process.exitCode = 1;
    }
    parities.push({ ...official, comparisons });
  }
  return parities;
}

function dtypesOf(text: string): readonly ServedDtype[] {
  const asked = text.split(",");
  return servedDtypes.filter((dtype) => asked.includes(dtype));
}

function parseCommand() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        official: { type: "boolean" },
        layers: { type: "string" },
        python: { type: "string" },
        dtypes: { type: "string", default: "float32" },
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
