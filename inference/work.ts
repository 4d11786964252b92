import type { GenerationOptions, PlannedTask } from "./task.ts";

/** Characters that make a token of text, about. */
const CHARACTERS_PER_TOKEN = 4;

/** What a request asks of its model, in amounts of which each unit takes about as long as another. */
export interface Work {
  /** Each with the rows of a prompt that it becomes. */
  readonly pictures: number;
  /** Tokens that it reads. */
  readonly rows: number;
  /** Tokens that it writes, of all its beams or choices. */
  readonly tokens: number;
}

/**
 * The most that a task can ask, as far as it says: without `maxTokens`, the usual length of an answer counts. More of
 * anything is never less work.
 */
export function workOf(task: PlannedTask, usualTokens: number): Work {
  switch (task.kind) {
    case "caption":
      return { pictures: 1, rows: tokensOf(task.prompt ?? ""), tokens: written(task.options, usualTokens) };
    case "answer":
      return { pictures: 1, rows: tokensOf(task.question), tokens: answered(task, usualTokens) };
    case "match":
      return { pictures: 1, rows: tokensOf(task.text), tokens: 0 };
    case "embedImage":
      return { pictures: 1, rows: 0, tokens: 0 };
    case "embedText":
      return { pictures: 0, rows: tokensOf(task.text), tokens: 0 };
    case "chat": {
      const pictures = sum(task.messages.map(({ images }) => images.length));
      const rows = sum(task.messages.map(({ text }) => tokensOf(text)));
      return { pictures, rows, tokens: written(task.options, usualTokens) };
    }
  }
}

/** Choices are read like a prompt, but each by itself, as beams are written. */
function answered({ choices, options }: Extract<PlannedTask, { kind: "answer" }>, usualTokens: number): number {
  return choices === undefined ? written(options, usualTokens) : sum(choices.map(tokensOf));
}

function written({ maxTokens, minTokens = 0, beams = 1 }: GenerationOptions, usualTokens: number): number {
  return beams * Math.max(minTokens, maxTokens ?? usualTokens);
}

/** With the token that begins or ends it. */
function tokensOf(text: string): number {
  return 1 + Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
