import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { servedDtypes, type ServedDtype } from "../inference/index.ts";
import { chat } from "./chat.ts";
import { streamTogether } from "./chat-levels.ts";
import type { Graph } from "./graphql.ts";
import { addPictures, ask } from "./measure-chat.ts";
import { serving, type MeasureOptions } from "./measure.ts";
import { makePictures } from "./pictures.ts";
import { groupMemory, type GroupMemory } from "./process-memory.ts";
import { median } from "./statistics.ts";
import type { ServedSubject } from "./subject.ts";

/** Streams at once. */
export const DTYPE_STREAMS = [1, 8] as const;
const TOKENS = 64;

/** How a chat model fares in one dtype. */
export interface DtypeMeasurement {
  readonly dtype: ServedDtype;
  /** Milliseconds until every model is ready, with the weights quantised before. */
  readonly startMs: number;
  /** The same where they had to be quantised first, and the memory that it took; undefined where nothing is quantised. */
  readonly firstStart: { readonly ms: number; readonly memory: GroupMemory | undefined } | undefined;
  /** Until the first token of an answer about a new picture, milliseconds. */
  readonly firstTokenMs: number;
  /** For each of DTYPE_STREAMS. */
  readonly tokensPerSecond: readonly number[];
  readonly memory: GroupMemory | undefined;
}

/** Serves the model in every dtype, one after the other. */
export async function measureDtypes(subject: ServedSubject, options: MeasureOptions): Promise<DtypeMeasurement[]> {
  const cache = await mkdtemp(join(tmpdir(), "triptych-bench-weights-"));
  try {
    const measurements: DtypeMeasurement[] = [];
    for (const dtype of servedDtypes) measurements.push(await measureDtype(subject, { ...options, dtype, cache }));
    return measurements;
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}

interface DtypeOptions extends MeasureOptions {
  readonly dtype: ServedDtype;
  readonly cache: string;
}

async function measureDtype(subject: ServedSubject, options: DtypeOptions): Promise<DtypeMeasurement> {
  const { dtype, cache } = options;
  const flags = [...(subject.flags ?? []), "--dtype", dtype, "--weight-cache", cache];
  const served = { ...subject, title: `${subject.title}, ${dtype}`, flags };
  const firstStart = dtype === "float32" ? undefined : await started(served, options);
  const start = performance.now();
  return serving(served, options, async ({ graph, api }) => {
    const startMs = performance.now() - start;
    const figures = await decodingFigures(graph);
    return { dtype, startMs, firstStart, ...figures, memory: groupMemory(api.pid!) };
  });
}

async function started(subject: ServedSubject, options: MeasureOptions): Promise<DtypeMeasurement["firstStart"]> {
  const start = performance.now();
  return serving(subject, options, ({ api }) =>
    Promise.resolve({ ms: performance.now() - start, memory: groupMemory(api.pid!) }),
  );
}

async function decodingFigures(graph: Graph): Promise<Pick<DtypeMeasurement, "firstTokenMs" | "tokensPerSecond">> {
  const pictures = await addPictures(graph, await makePictures(70_000, Math.max(...DTYPE_STREAMS)));
  const conversations = pictures.map((id, i) => ask(id, `Question ${i}: what is this?`));
  // The first one warms up; the prompts are computed before what is measured, which is decoding.
  const firsts: number[] = [];
  for (const messages of conversations) {
    const { askedAt, deltaTimes } = await chat(graph, { messages, transport: "SSE", tokens: 8 });
    firsts.push(deltaTimes[0]! - askedAt);
  }
  const tokensPerSecond: number[] = [];
  for (const streams of DTYPE_STREAMS) {
    tokensPerSecond.push((await streamTogether(graph, conversations.slice(0, streams), TOKENS)).tokensPerSecond);
  }
  return { firstTokenMs: median(firsts.slice(1)), tokensPerSecond };
}
