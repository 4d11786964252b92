import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { machine } from "../machine.ts";
import { comparePeers, type PeerOptions } from "./peers.ts";
import { reportPeers } from "./report-peers.ts";

const USAGE = `Usage: npm run bench:peers -- --llama FOLDER [--size small|large] [--threads N]
  --llama   where llama.cpp is: npm install --prefix FOLDER --ignore-scripts node-llama-cpp@3
  --size    half a billion parameters by itself; large: seven billion, for which 12 GB of memory are needed
  --threads of each engine; as many as there are cores by itself`;

/** npm run bench:peers: int4 decoding beside llama.cpp, as a section of bench/RESULTS.md. */
async function main(): Promise<void> {
  const options = parseFlags();
  const measuredOn = machine();
  const comparison = await comparePeers(options);
  console.log(`On ${measuredOn}.\n\n${reportPeers([comparison])}`);
}

function parseFlags(): PeerOptions {
  try {
    const text = { type: "string" } as const;
    const {
      llama,
      size = "small",
      threads,
    } = parseArgs({ options: { llama: text, size: text, threads: text } }).values;
    if (llama === undefined) throw new Error("Where is llama.cpp?");
    if (size !== "small" && size !== "large") throw new Error(`--size is ${size}; it can be small or large.`);
    const progress = (message: string): void => console.error(message);
    return { folder: llama, size, threads: Number(threads ?? availableParallelism()), progress };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(2);
  }
}

await main();
process.exit();
