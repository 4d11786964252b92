import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { measureDemoDtypes } from "./demo-dtypes.ts";
import { DEMOS, GOLDENS, measureGoldens } from "./golden-dtypes.ts";
import { interruption } from "./interruption.ts";
import { dtypePasses, type PassTimes } from "./dtype-passes.ts";
import { machine } from "./machine.ts";
import { measureChat, type ChatMeasurement } from "./measure-chat.ts";
import { measureCaptionMemory, measureChatMemory, type MemoryMeasurement } from "./measure-memory.ts";
import { reportMemory } from "./report-memory.ts";
import { measureDtypes } from "./measure-dtypes.ts";
import { measure, serving, type Measurement, type MeasureOptions } from "./measure.ts";
import { reportDtypes, type DtypeReport } from "./report-dtypes.ts";
import { report } from "./report.ts";
import { baseSubject, chatSubject, demoSubject, type ServedSubject, type Subject } from "./subject.ts";

const USAGE = `Usage: npm run bench -- [--demo | --chat | --dtypes | --memory [--llava folder]] [--write]
  --demo   only the bundled demo model: a minute or less
  --chat   only the chat model
  --dtypes only what quantising gains and costs; prints, and writes nothing
  --memory only what BLIP-base takes, and in int4 a chat model, the LLaVA checkpoint of --llava if given; prints
  --write  writes bench/RESULTS.md too
       npm run bench -- --official [name …]
  the official checkpoints at their size, random weights`;

const PICTURES = 4;

/** npm run bench: measures, and prints a report. */
async function main(): Promise<void> {
  const { demo, chat, dtypes, memory, llava, write } = parseFlags();
  const options = { signal: interruption(), progress: (message: string) => console.error(message) };
  const measuredOn = machine();
  if (dtypes) {
    console.log(`On ${measuredOn}.

${reportDtypes(await measureAllDtypes(options))}`);
    return;
  }
  if (memory) {
    console.log(`On ${measuredOn}.\n\n${reportMemory(await measureAllMemory(llava, options))}`);
    return;
  }
  const measurements: Measurement[] = [];
  for (const subject of chat ? [] : await subjects(demo, options)) measurements.push(await measure(subject, options));
  const text = report(measuredOn, measurements, demo ? [] : [await measureChatModel(options)]);
  console.log(text);
  if (write) await writeFile(join(import.meta.dirname, "RESULTS.md"), text);
}

interface Flags extends Readonly<Record<"demo" | "chat" | "dtypes" | "memory" | "write", boolean>> {
  readonly llava?: string;
}

function parseFlags(): Flags {
  try {
    const flag = { type: "boolean", default: false } as const;
    const llava = { type: "string" } as const;
    const options = { demo: flag, chat: flag, dtypes: flag, memory: flag, llava, write: flag };
    return parseArgs({ options }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}
${USAGE}`);
    process.exit(2);
  }
}

async function subjects(demoOnly: boolean, { signal, progress }: MeasureOptions): Promise<readonly Subject[]> {
  const demo = demoSubject();
  if (demo === undefined) progress("The bundled demo model is not there, and is left out.");
  const found = demo === undefined ? [] : [demo];
  if (demoOnly) return found;
  progress("Making a checkpoint of BLIP-base's size, unless it is there");
  return [...found, await baseSubject(signal)];
}

async function measureChatModel(options: MeasureOptions): Promise<ChatMeasurement> {
  options.progress("Making a chat checkpoint of half a billion parameters, unless it is there");
  const subject = await chatSubject(options.signal);
  return serving(subject, options, ({ graph }) => measureChat(subject.title, graph, options));
}

async function measureAllDtypes(options: MeasureOptions): Promise<DtypeReport> {
  options.progress("Logits of the bundled and the test checkpoints in every dtype");
  const goldens = await measureGoldens([...DEMOS, ...GOLDENS], PICTURES);
  const scores = await measureDemoDtypes(options);
  const subject = await chatSubject(options.signal);
  const measurements = await measureDtypes(subject, options);
  options.progress(`${subject.title}: passes of the decoder in every dtype`);
  return { title: subject.title, measurements, passes: await measurePasses(subject), scores, goldens };
}

async function measureAllMemory(llava: string | undefined, options: MeasureOptions): Promise<MemoryMeasurement[]> {
  const chatting = llava === undefined ? await chatSubject(options.signal) : { title: basename(llava), folder: llava };
  return [
    await measureCaptionMemory(await baseSubject(options.signal), options),
    await measureChatMemory(chatting, options),
  ];
}

async function measurePasses({ folder }: ServedSubject): Promise<PassTimes> {
  const cache = await mkdtemp(join(tmpdir(), "triptych-bench-weights-"));
  try {
    return await dtypePasses(folder, cache, availableParallelism());
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}

// Its own command line: it takes names of checkpoints.
if (process.argv.includes("--official")) await import("./official/main.ts");
else
  main().catch((error: unknown) => {
    const interrupted = error instanceof Error && error.name === "AbortError";
    console.error(interrupted ? "Interrupted." : error);
    process.exitCode = interrupted ? 130 : 1;
  });
