import type { Picture } from "../picture/picture.ts";

export interface Question {
  readonly text: string;
  readonly pictures: readonly Picture[];
}

/** A question, and the generation that answers it. */
export interface Turn {
  readonly question: Question;
  readonly generationId: string;
}

export interface Conversation {
  readonly id: string;
  /** As the person calls it; without it, as it began. */
  readonly name?: string | undefined;
  /** When the latest question was asked, as a number of Date. */
  readonly askedAt: number;
  readonly turns: readonly Turn[];
}

/** What the server takes of one conversation. */
export const MAX_PICTURES = 16;
/** Of 64 messages one is the system's, and each turn is two. */
export const MAX_TURNS = 31;

const TITLE_LENGTH = 60;

/** What it is called: by its person, or as it began. */
export function titleOf({ name, turns }: Conversation): string {
  const title = name ?? turns[0]?.question.text ?? "";
  if (title === "") return "About a picture";
  return title.length <= TITLE_LENGTH ? title : `${title.slice(0, TITLE_LENGTH).trimEnd()}…`;
}

/** With one more question at its end. */
export function withQuestion(conversation: Conversation, turn: Turn, askedAt: number): Conversation {
  return { ...conversation, askedAt, turns: [...conversation.turns, turn] };
}

/** As it was before the turn that a generation answers. */
export function before(conversation: Conversation, generationId: string): Conversation {
  const end = conversation.turns.findIndex((turn) => turn.generationId === generationId);
  return end < 0 ? conversation : { ...conversation, turns: conversation.turns.slice(0, end) };
}

/** The generations of one that another has no more. */
export function lostGenerations(from: Conversation, to: Conversation): readonly string[] {
  const kept = new Set(to.turns.map(({ generationId }) => generationId));
  return from.turns.map(({ generationId }) => generationId).filter((id) => !kept.has(id));
}

/** How many more pictures may be shown in it. */
export function picturesLeft(turns: readonly Turn[]): number {
  return MAX_PICTURES - turns.reduce((sum, { question }) => sum + question.pictures.length, 0);
}
