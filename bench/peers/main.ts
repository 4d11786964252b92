import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { numThreads } from "../../src/worker-config.ts";
import { interruption } from "../interruption.ts";
import { machine } from "../machine.ts";
import { compareBlip } from "./blip/compare.ts";
import { reportBlip } from "./blip/report.ts";
import { type BlipTaskName, blipTaskNames } from "./blip/tasks.ts";
import { comparePeers, type PeerOptions } from "./peers.ts";
import { reportPeers } from "./report-peers.ts";

const USAGE = `Usage: npm run bench:peers -- --llama FOLDER [--size small|large] [--threads N]
  --llama   where llama.cpp is: npm install --prefix FOLDER --ignore-scripts node-llama-cpp@3
  --size    half a billion parameters by itself; large: seven billion, for which 12 GB of memory are needed
  --threads of each engine; as many as there are cores by itself
       npm run bench:peers -- --python PATH [--tasks ${blipTaskNames.join(",")}] [--rounds N]
  --python  a Python with training/requirements.txt: BLIP-base served beside transformers
  --tasks   only some of these
  --rounds  of which the best counts; 3 by itself`;

/** npm run bench:peers: beside llama.cpp, or transformers, as a section of bench/RESULTS.md. */
async function main(): Promise<void> {
  const flags = parseFlags();
  const measuredOn = machine();
  const report = "python" in flags ? await besideTransformers(flags) : reportPeers([await comparePeers(flags)]);
  console.log(`On ${measuredOn}.\n\n${report}`);
}

interface BlipFlags {
  readonly python: string;
  readonly tasks: readonly BlipTaskName[];
  readonly rounds: number;
}

async function besideTransformers(flags: BlipFlags): Promise<string> {
  return reportBlip(await compareBlip({ ...flags, threads: numThreads(), signal: interruption(), progress }));
}

function progress(message: string): void {
  console.error(message);
}

function parseFlags(): PeerOptions | BlipFlags {
  try {
    const text = { type: "string" } as const;
    const options = { llama: text, size: text, threads: text, python: text, tasks: text, rounds: text };
    const { llama, size = "small", threads, python, tasks, rounds } = parseArgs({ options }).values;
    if (python !== undefined) return { python, tasks: taskNames(tasks), rounds: Number(rounds ?? 3) };
    if (llama === undefined) throw new Error("Where is llama.cpp, or a Python with transformers?");
    if (size !== "small" && size !== "large") throw new Error(`--size is ${size}; it can be small or large.`);
    return { folder: llama, size, threads: Number(threads ?? availableParallelism()), progress };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(2);
  }
}

function taskNames(text: string | undefined): readonly BlipTaskName[] {
  if (text === undefined) return blipTaskNames;
  return text.split(",").map((asked) => {
    const name = blipTaskNames.find((known) => known === asked);
    if (name === undefined) throw new Error(`--tasks has ${asked}; it can have ${blipTaskNames.join(", ")}.`);
    return name;
  });
}

await main();
process.exit();
