import type { PictureFile } from "../../graphql.ts";
import type { BlipContender, PartSeconds } from "./contender.ts";
import { ALONE, type BlipAsk, type BlipTask, TOGETHER } from "./tasks.ts";

/** Pictures a second, of the best round. */
export interface TaskRates {
  readonly alone: number;
  readonly together: number;
}

/** How each contender fares, in their order. */
export interface TaskComparison {
  readonly title: string;
  readonly rates: readonly TaskRates[];
}

export interface RoundOptions {
  readonly rounds: number;
  /** So many that nobody has seen yet. */
  readonly pictures: (count: number) => Promise<readonly PictureFile[]>;
  readonly progress: (message: string) => void;
}

/** Contenders take turns at each task, so that other work on the machine hits all of them, and the best of the rounds counts. */
export async function compareTasks(
  contenders: readonly BlipContender[],
  tasks: readonly BlipTask[],
  { rounds, pictures, progress }: RoundOptions,
): Promise<TaskComparison[]> {
  const best = tasks.map(() => contenders.map((): TaskRates => ({ alone: 0, together: 0 })));
  for (let round = 0; round < rounds; round++) {
    for (const [i, { title, ask }] of tasks.entries()) {
      const files = await pictures(ALONE + TOGETHER);
      for (const [j, contender] of contenders.entries()) {
        const rates = await measureRates(contender, ask, files);
        best[i]![j] = better(best[i]![j]!, rates);
        progress(`round ${round + 1} of ${rounds}, ${title}: ${contender.name}: ${JSON.stringify(rates)}`);
      }
    }
  }
  return tasks.map(({ title }, i) => ({ title, rates: best[i]! }));
}

async function measureRates(
  contender: BlipContender,
  ask: BlipAsk,
  pictures: readonly PictureFile[],
): Promise<TaskRates> {
  let seconds = 0;
  for (const picture of pictures.slice(0, ALONE)) seconds += await contender.ask(ask, [picture]);
  const together = await contender.ask(ask, pictures.slice(ALONE));
  return { alone: ALONE / seconds, together: TOGETHER / together };
}

function better(a: TaskRates, b: TaskRates): TaskRates {
  return { alone: Math.max(a.alone, b.alone), together: Math.max(a.together, b.together) };
}

/** The least seconds of each part, of several captions in turn: for each contender, in their order. */
export async function compareParts(
  contenders: readonly BlipContender[],
  { rounds, pictures, progress }: RoundOptions,
): Promise<PartSeconds[]> {
  const slowest = { prepare: Infinity, vision: Infinity, memory: Infinity, text: Infinity };
  const best = contenders.map((): PartSeconds => slowest);
  for (let i = 0; i < rounds * ALONE; i++) {
    const [picture] = await pictures(1);
    for (const [j, contender] of contenders.entries()) best[j] = shorter(best[j]!, await contender.parts(picture!));
  }
  progress(`parts: ${JSON.stringify(best)}`);
  return best;
}

function shorter(a: PartSeconds, b: PartSeconds): PartSeconds {
  const least = (part: keyof PartSeconds): number => Math.min(a[part], b[part]);
  return { prepare: least("prepare"), vision: least("vision"), memory: least("memory"), text: least("text") };
}
