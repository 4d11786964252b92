import { parseArgs } from "node:util";
import { interruption } from "../interruption.ts";
import { machine } from "../machine.ts";
import { blipTaskNames } from "./blip/tasks.ts";
import {
  besideLlamaCpp,
  besideLlamaServer,
  besidePlainGraphql,
  besideTransformers,
  besideTransformersJs,
  type Comparison,
} from "./comparisons.ts";
import { llavaShapeNames } from "./llava-shapes.ts";

const USAGE = `Usage: npm run bench:peers -- --llama FOLDER [--size small|large] [--threads N]
  --llama   where llama.cpp is: npm install --prefix FOLDER --ignore-scripts node-llama-cpp@3
  --size    half a billion parameters by itself; large: seven billion, for which 12 GB of memory are needed
  --threads of each engine; as many as there are cores by itself
       npm run bench:peers -- --llama-server PATH [--shapes ${llavaShapeNames.join(",")}] [--rounds N]
  --llama-server  llama.cpp's server, built as the README says: a LLaVA served beside it
  --shapes  only some of these
       npm run bench:peers -- --transformers-js [--shapes ${llavaShapeNames.join(",")}] [--rounds N]
  --transformers-js  language models in it, beside ours
       npm run bench:peers -- --api [--rounds N]
  --api     the graph beside a plain graphql-yoga, when answers cost nothing
       npm run bench:peers -- --python PATH [--tasks ${blipTaskNames.join(",")}] [--rounds N]
  --python  a Python with training/requirements.txt: BLIP-base served beside transformers
  --tasks   only some of these
  --rounds  of which the best counts; 3 by itself`;

/** npm run bench:peers: beside another engine, as a section of bench/RESULTS.md. */
async function main(): Promise<void> {
  const compare = parseFlags();
  const measuredOn = machine();
  console.log(`On ${measuredOn}.\n\n${await compare()}`);
}

function parseFlags(): Comparison {
  try {
    return chosen();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(2);
  }
}

function chosen(): Comparison {
  const [text, flag] = [{ type: "string" } as const, { type: "boolean", default: false } as const];
  const beside = { llama: text, "llama-server": text, python: text, "transformers-js": flag, api: flag };
  const how = { size: text, threads: text, shapes: text, tasks: text, rounds: text };
  const { llama, "llama-server": server, python, api, ...flags } = parseArgs({ options: { ...beside, ...how } }).values;
  const options = { ...flags, signal: interruption(), progress: (message: string) => console.error(message) };
  if (llama !== undefined) return besideLlamaCpp(llama, options);
  if (server !== undefined) return besideLlamaServer(server, options);
  if (python !== undefined) return besideTransformers(python, options);
  if (flags["transformers-js"]) return besideTransformersJs(options);
  if (api) return besidePlainGraphql(options);
  throw new Error("Beside what?");
}

await main();
process.exit();
