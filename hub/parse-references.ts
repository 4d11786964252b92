import { HubError } from "./hub-error.ts";
import type { Reference } from "./references.ts";

const tasks = ["caption", "answer", "match", "chat"];

/** References from JSON: a list of what a Reference holds. Throws a HubError that says which of them is none, and why. */
export function parseReferences(text: string): readonly Reference[] {
  const references = parse(text);
  if (!Array.isArray(references)) throw unusable("they must be a list");
  references.forEach((reference: unknown, i) => {
    const problem = problemOf(reference);
    if (problem !== undefined) throw unusable(`[${i}] ${problem}`);
  });
  return references as Reference[];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unusable("they are not JSON", cause);
  }
}

function problemOf(reference: unknown): string | undefined {
  if (!isRecord(reference)) return "must be an object";
  const { repository, picture, ask, expect, kind } = reference;
  if (typeof repository !== "string" || typeof picture !== "string") return "must name a repository and a picture";
  if (!isRecord(ask) || !tasks.includes(ask.task as string)) return `ask.task must be one of ${tasks.join(", ")}`;
  if (ask.task === "answer" && typeof ask.question !== "string") return "ask.question must be a text";
  if (["match", "chat"].includes(ask.task as string) && typeof ask.text !== "string") return "ask.text must be a text";
  if (kind !== "exact" && kind !== "soft") return 'kind must be "exact" or "soft"';
  return isRecord(expect) && isAnswer(expect)
    ? undefined
    : "expect must have text or begins, perhaps with tokenIds, or probability, similarity and within";
}

function isAnswer({ text, begins, tokenIds, probability, similarity, within }: Record<string, unknown>): boolean {
  if (typeof text === "string" || typeof begins === "string") return tokenIds === undefined || isIds(tokenIds);
  return [probability, similarity, within].every((value) => typeof value === "number");
}

function isIds(value: unknown): boolean {
  return Array.isArray(value) && value.every((id) => Number.isSafeInteger(id) && (id as number) >= 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function unusable(problem: string, cause?: unknown): HubError {
  return new HubError("unusable", `The references cannot be used: ${problem}.`, { cause });
}
