import { readdirSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chat, type ChatTurn } from "./chat.ts";
import { requestCaption } from "./caption.ts";
import { closedLoop } from "./closed-loop.ts";
import type { Target } from "./level.ts";
import { addPictures, ask } from "./measure-chat.ts";
import { serving, type MeasureOptions } from "./measure.ts";
import { watchMemory, type Watched } from "./memory-watch.ts";
import { makePictures } from "./pictures.ts";
import type { ServedSubject } from "./subject.ts";

/** What a model takes of memory while it is served. */
export interface MemoryMeasurement {
  readonly title: string;
  /** Bytes of the files that its weights are read from: its own, or those that were quantised. */
  readonly weights: number;
  /** Milliseconds until it is ready, where all that can be kept was kept by an earlier start. */
  readonly startMs: number;
  readonly stages: readonly MemoryStage[];
}

export interface MemoryStage {
  readonly what: string;
  readonly memory: Watched;
}

/** What is asked of a server, stage by stage. */
type Stages = readonly { readonly what: string; readonly work: (target: Target) => Promise<unknown> }[];

const TOKENS = 32;
export const CONVERSATIONS = 4;

/** A captioning model: one picture after the other, then several at once. */
export function measureCaptionMemory(subject: ServedSubject, options: MeasureOptions): Promise<MemoryMeasurement> {
  const captions = (clients: number) => ({
    what: clients === 1 ? "captions, one at a time" : `captions, ${clients} at once`,
    work: async ({ graph }: Target) => {
      const pictures = await makePictures(80_000 + clients, 2 * clients + 2);
      return closedLoop(pictures, { clients, budgetMs: 300_000 }, (picture) => requestCaption(graph, picture));
    },
  });
  return measureMemory(subject, [captions(1), captions(4)], { ...options, weights: fileBytes(subject.folder) });
}

/** A chat model in int4: conversations at once, each with a picture, and the next turn of each. */
export async function measureChatMemory(subject: ServedSubject, options: MeasureOptions): Promise<MemoryMeasurement> {
  const cache = await mkdtemp(join(tmpdir(), "triptych-bench-weights-"));
  try {
    return await measureChatMemoryIn(cache, subject, options);
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}

/** The same with its quantised weights in a folder, where they may be already. */
export async function measureChatMemoryIn(
  cache: string,
  subject: ServedSubject,
  options: MeasureOptions,
): Promise<MemoryMeasurement> {
  const flags = [...(subject.flags ?? []), "--dtype", "int4", "--weight-cache", cache, "--chat-timeout", "3600000"];
  const served = { ...subject, title: `${subject.title}, int4`, flags };
  await serving({ ...served, title: `${served.title}, quantising` }, options, () => Promise.resolve());
  return measureMemory(served, conversations(), { ...options, weights: fileBytes(cache) });
}

function conversations(): Stages {
  const turns: ChatTurn[][] = [];
  const answerAll = ({ graph }: Target) =>
    Promise.all(turns.map((messages) => chat(graph, { messages, transport: "SSE", tokens: TOKENS })));
  const first = async (target: Target): Promise<void> => {
    const ids = await addPictures(target.graph, await makePictures(81_000, CONVERSATIONS));
    ids.forEach((id, i) => turns.push(ask(id, `Question ${i}: what is this?`)));
    const answers = await answerAll(target);
    answers.forEach(({ text }, i) =>
      turns[i]!.push({ role: "ASSISTANT", text }, { role: "USER", text: "And what else?" }),
    );
  };
  return [
    { what: `${CONVERSATIONS} conversations at once, each with a picture`, work: first },
    { what: "the next turn of each", work: answerAll },
  ];
}

interface MemoryOptions extends MeasureOptions {
  readonly weights: number;
}

async function measureMemory(
  subject: ServedSubject,
  stages: Stages,
  { weights, ...options }: MemoryOptions,
): Promise<MemoryMeasurement> {
  const start = performance.now();
  return serving(subject, options, async (target) => {
    const startMs = performance.now() - start;
    const group = target.api.pid!;
    const measured = [{ what: "loaded", memory: await watchMemory(group, () => Promise.resolve()) }];
    for (const { what, work } of stages) {
      options.progress(`${subject.title}: ${what}`);
      measured.push({ what, memory: await watchMemory(group, () => work(target)) });
    }
    return { title: subject.title, weights, startMs, stages: measured };
  });
}

/** Of the files of weights in a folder. */
function fileBytes(folder: string): number {
  const files = readdirSync(folder).filter((name) => /\.(safetensors|bin)$/.test(name));
  return files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
