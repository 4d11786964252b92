import { fork } from "node:child_process";
import { once } from "node:events";
import { probes } from "../../inference/index.ts";
import { interruption } from "../interruption.ts";
import { machine } from "../machine.ts";
import { captions } from "./captions.ts";
import { logits } from "./logits.ts";
import { passes } from "./passes.ts";
import { nameOf, servings } from "./served.ts";
import { streams } from "./streams.ts";
import { texts } from "./texts.ts";

const USAGE = `Usage: npm run bench:gpu -- [step …]
  What WebGPU computes here beside the CPU, and how fast. Steps, all of them unless some are named by how they begin:`;

/** A driver that hangs does so for good. */
const STEP_MS = 300_000;
const THREADS = 8;

type Step = (signal: AbortSignal) => Promise<string>;

/** By name; each gives Markdown. */
const steps: Readonly<Record<string, Step>> = {
  probe: async () => `WebGPU: ${JSON.stringify(await probes.webgpu(THREADS))}`,
  logits,
  ...ofEach("texts", texts, ({ device }) => device === "webgpu"),
  ...ofEach("captions", captions),
  ...ofEach("streams", streams),
  ...ofEach("passes", passes, ({ dtype }) => dtype === "float32" || dtype === "float16"),
};

function ofEach(
  name: string,
  step: typeof captions,
  isMeasured: (serving: (typeof servings)[number]) => boolean = () => true,
): Record<string, Step> {
  const measured = servings.filter(isMeasured);
  return Object.fromEntries(
    measured.map((serving) => [`${name}, ${nameOf(serving)}`, (signal: AbortSignal) => step(serving, signal)]),
  );
}

/** npm run bench:gpu: each step in a process of its own, for a driver may end it; what comes is printed as it comes. */
async function main(asked: readonly string[]): Promise<void> {
  const chosen = Object.keys(steps).filter((name) => asked.length === 0 || asked.some((one) => name.startsWith(one)));
  if (chosen.length === 0) throw new Error(`${USAGE}\n  ${Object.keys(steps).join("\n  ")}`);
  console.log(`On ${machine()}.\n`);
  const signal = interruption();
  for (const name of chosen) {
    const start = performance.now();
    const end = await run(name, signal);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.error(`${name}: ${end} after ${seconds} s`);
    signal.throwIfAborted();
  }
}

async function run(step: string, signal: AbortSignal): Promise<string> {
  const child = fork(import.meta.filename, ["--step", step], { execArgv: process.execArgv });
  const kill = (): boolean => child.kill("SIGKILL");
  const timer = setTimeout(kill, STEP_MS);
  signal.addEventListener("abort", kill);
  const [code, killedBy] = (await once(child, "exit")) as [number | null, string | null];
  clearTimeout(timer);
  signal.removeEventListener("abort", kill);
  return code === 0 ? "done" : `failed (${code ?? killedBy})`;
}

const [first, ...rest] = process.argv.slice(2);
const work =
  first === "--step"
    ? steps[rest.join(" ")]!(AbortSignal.timeout(STEP_MS)).then(console.log)
    : main(process.argv.slice(2));
work.catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
