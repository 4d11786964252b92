import { InferenceError } from "../../errors.ts";
import type { Conversation, Message, Picture } from "../model.ts";

/** A conversation as BLIP-2 reads it: one picture, and the turns as one text (models.md §5.3). */
export interface Dialogue {
  readonly picture: Picture;
  /** "Question: {} Answer: {}." for each earlier turn, then "Question: {} Answer:", all joined by spaces. */
  readonly prompt: string;
}

/**
 * Throws BAD_USER_INPUT for a conversation that has no place in this form: without a picture or with several, or whose
 * turns are not a question and its answer by turns, with a question last. What a system message says comes first.
 */
export function dialogueOf({ messages }: Conversation): Dialogue {
  const told = messages.filter(({ role }) => role === "SYSTEM").map(({ text }) => text);
  const turns = messages.filter(({ role }) => role !== "SYSTEM");
  requireTurns(turns);
  return { picture: onlyPicture(messages), prompt: [...told, ...turns.map(turnOf)].join(" ") };
}

function turnOf({ role, text }: Message, place: number, turns: readonly Message[]): string {
  const last = place === turns.length - 1;
  if (role === "USER") return last ? `Question: ${text} Answer:` : `Question: ${text}`;
  return `Answer: ${closed(text.trim())}`;
}

/** An answer ends in one full stop, whether or not the model said it. */
function closed(answer: string): string {
  return /[.!?]$/.test(answer) ? answer : `${answer}.`;
}

function requireTurns(turns: readonly Message[]): void {
  const alternate = turns.every(({ role }, i) => role === (i % 2 === 0 ? "USER" : "ASSISTANT"));
  if (alternate && turns.length % 2 === 1) return;
  throw new InferenceError(
    "BAD_USER_INPUT",
    "BLIP-2 takes turns: messages of USER and ASSISTANT must alternate, the first and the last of them USER's",
  );
}

function onlyPicture(messages: readonly Message[]): Picture {
  const [picture, ...others] = messages.flatMap(({ pictures }) => pictures);
  if (picture && others.length === 0) return picture;
  const found = picture ? `${1 + others.length} pictures` : "no picture";
  throw new InferenceError("BAD_USER_INPUT", `BLIP-2 talks about one picture; the conversation has ${found}`);
}
