import { InferenceError } from "../inference/index.ts";

/** What a number, or how many there are, may be. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** By argument; the graph's descriptions say the same. */
export const bounds = {
  /** Items of a page. */
  first: { min: 1, max: 100 },
  /** Candidates that ITM re-ranks. */
  rerank: { min: 0, max: 256 },
  everyMs: { min: 100, max: 60_000 },
  /** That one field ranks. */
  texts: { min: 1, max: 256 },
  /** That one mutation adds or removes. */
  pictures: { min: 1, max: 32 },
} as const satisfies Record<string, Bounds>;

/** As people read it. */
export function spanOf({ min, max }: Bounds): string {
  return `${min} to ${max}`;
}

/** What the graph declares where a document says nothing, and what a null stands for. */
export const defaults = { images: 20, hits: 10, rerank: 32, everyMs: 1_000 } as const;
/** The most models that one comparison names. */
export const maxComparedModels = 16;
/** The most characters of one text; the models' own limits, in tokens, are lower. */
const maxTextLength = 20_000;

/** The most that a conversation may hold; what fits into a model's context is less. */
export const chatBounds = { messages: 64, images: 16, characters: 64_000, idLength: 128 } as const;

/** A page size as asked for, if it is within its bounds. */
export function pageSize(first: number): number {
  return integerBetween("first", first);
}

/** A number of candidates to re-rank, if it is within its bounds. */
export function rerankCount(rerank: number): number {
  return integerBetween("rerank", rerank);
}

/** How often to look, in milliseconds, if it is within its bounds. */
export function interval(everyMs: number): number {
  return integerBetween("everyMs", everyMs);
}

/** Texts to rank, as many as may be, none of them empty. */
export function textsToRank(name: string, texts: readonly string[]): readonly string[] {
  boundedList(name, texts, bounds.texts.max);
  texts.forEach((text, i) => void nonEmptyText(`${name}[${i}]`, text));
  return texts;
}

/** A text that says something and is not absurdly long. */
export function nonEmptyText(name: string, text: string): string {
  if (text.trim() === "") throw badInput(`${name} must not be empty.`);
  return boundedText(name, text);
}

/** A text that may be empty but is not absurdly long. */
export function boundedText(name: string, text: string): string {
  if (text.length <= maxTextLength) return text;
  throw new InferenceError(
    "PROMPT_TOO_LONG",
    `${name} must have at most ${maxTextLength} characters; it has ${text.length}.`,
  );
}

/** A list with at least one item and at most `max`. */
export function boundedList<T>(name: string, items: readonly T[], max: number): readonly T[] {
  if (items.length === 0) throw badInput(`${name} must not be empty.`);
  if (items.length <= max) return items;
  throw badInput(`${name} must have at most ${max} items; it has ${items.length}.`);
}

function integerBetween(name: keyof typeof bounds, value: number): number {
  const { min, max } = bounds[name];
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw badInput(`${name} must be between ${min} and ${max}; it is ${value}.`);
}

function badInput(message: string): InferenceError {
  return new InferenceError("BAD_USER_INPUT", message);
}
