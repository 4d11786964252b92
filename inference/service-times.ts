import { type ResultOf, type Timing, unsharedMs } from "./result.ts";
import type { PlannedTask, Task } from "./task.ts";
import { workOf, type Work } from "./work.ts";

/** Weight of the newest request where it took longer than expected, or less long. A start's slow ones are soon forgotten. */
const SMOOTHING = { longer: 0.2, shorter: 0.4 };

type ModelTask = Extract<Task, { readonly model: string }>;
type TimedResult = Extract<ResultOf<Task>, { readonly timing: Timing }>;

/** Of a model of which nobody has counted them: the guess is of nothing then, but what is measured is learned. */
const MIN_PARAMETERS = 1;

const parts = ["pictures", "rows", "tokens"] as const;
/** Milliseconds that a unit of each part of the work takes of the device. */
type Prices = Readonly<Record<keyof Work, number>>;

/** What is known of the requests of one kind to one model. */
interface Sort {
  readonly prices: Prices;
  /** Mean length of what was written. */
  readonly usualTokens: number;
}

/**
 * What requests take of the device by the work in them, learned from those that were answered: in the mean, so that
 * pictures and turns of which much is known already make the next ones cheaper. Before a model's first of a kind, a
 * guess by its number of parameters is taken, which few processors are slower than.
 */
export class ServiceTimes {
  readonly #sorts = new Map<string, Sort>();

  /** Milliseconds of the device that such a request takes; never less for more of anything. */
  expectedMs(task: PlannedTask, parameters: number): number {
    const { prices, usualTokens } = this.#sorts.get(sortOf(task)) ?? guess(task, parameters);
    return costOf(workOf(task, usualTokens), prices);
  }

  /** A task was answered. */
  took(task: Task, result: ResultOf<Task>, parameters: number): void {
    if (!("model" in task) || !("timing" in result)) return;
    const ms = unsharedMs(result.timing);
    const known = this.#sorts.get(sortOf(task));
    const { prices, usualTokens } = known ?? guess(task, parameters);
    const work = workOf(asAnswered(task, result), 0);
    const expected = costOf(work, prices);
    // What came from caches alone says nothing of what a pass takes.
    if (ms === 0 || expected === 0) return;
    const tokens = lengthOf(task, result) ?? usualTokens;
    const next =
      known === undefined
        ? { prices: scaled(prices, work, ms / expected), usualTokens: tokens }
        : { prices: corrected(prices, { work, expected, ms }), usualTokens: moved(usualTokens, tokens) };
    this.#sorts.set(sortOf(task), next);
  }
}

function sortOf({ model, kind }: PlannedTask): string {
  return `${model} ${kind}`;
}

/**
 * For a parameter, two operations a row, 10¹¹ a second, and four bytes to read a token, 10¹⁰ a second; a picture has about
 * as many rows as a ViT has patches.
 */
function guess({ kind }: PlannedTask, parameters: number): Sort {
  const counted = Math.max(MIN_PARAMETERS, parameters);
  const row = 2e-8 * counted;
  return {
    prices: { pictures: 600 * row, rows: row, tokens: 4e-7 * counted },
    usualTokens: kind === "chat" ? 256 : 20,
  };
}

function costOf(work: Work, prices: Prices): number {
  return parts.reduce((sum, part) => sum + work[part] * prices[part], 0);
}

/** The guess was of how the parts compare: how much those in the work are together is measured now. */
function scaled(prices: Prices, work: Work, factor: number): Prices {
  return mapParts((part) => prices[part] * (work[part] > 0 ? factor : 1));
}

/**
 * Each part takes its share of the surprise, the larger ones more than that, so that together they take the weight of
 * it. With three parts no share is more than 1.4 times what it would be, so no price falls below zero.
 */
function corrected(
  prices: Prices,
  { work, expected, ms }: { readonly work: Work; readonly expected: number; readonly ms: number },
): Prices {
  const surprise = ms / expected - 1;
  const rate = SMOOTHING[surprise < 0 ? "shorter" : "longer"];
  const share = (part: keyof Work): number => (work[part] * prices[part]) / expected;
  const evenness = parts.reduce((sum, part) => sum + share(part) ** 2, 0);
  return mapParts((part) => prices[part] * (1 + (rate * surprise * share(part)) / evenness));
}

function mapParts(of: (part: keyof Work) => number): Prices {
  return { pictures: of("pictures"), rows: of("rows"), tokens: of("tokens") };
}

/** Tokens of an answer that is no choice. */
function lengthOf(task: ModelTask, result: TimedResult): number | undefined {
  const isChoice = task.kind === "answer" && task.choices !== undefined;
  return "tokens" in result && !isChoice ? result.tokens : undefined;
}

function moved(mean: number, value: number): number {
  return mean + SMOOTHING.longer * (value - mean);
}

/** The task as if it had asked for the length that its answer has. */
function asAnswered(task: ModelTask, result: TimedResult): PlannedTask {
  if (!("options" in task) || !("tokens" in result)) return task;
  return { ...task, options: { ...task.options, minTokens: 0, maxTokens: result.tokens } };
}
