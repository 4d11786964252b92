import { createStore, del, delMany, set, values } from "idb-keyval";
import type { Answer } from "./answer.ts";
import type { Conversation } from "./conversation.ts";

/** Questions with their pictures are written once; answers, again and again while they come, are apart from them. */
const conversations = createStore("triptych-conversations", "conversations");
const answers = createStore("triptych-answers", "answers");

export interface KeptChats {
  /** The latest first. */
  readonly conversations: readonly Conversation[];
  /** By their generations' ids. */
  readonly answers: Readonly<Record<string, Answer>>;
}

/** What this browser kept; nothing where it keeps nothing, as private windows may. */
export async function readChats(): Promise<KeptChats> {
  try {
    const [found, said] = await Promise.all([values<Conversation>(conversations), values<Answer>(answers)]);
    return {
      conversations: found.toSorted((a, b) => b.askedAt - a.askedAt),
      answers: Object.fromEntries(said.map((answer) => [answer.generationId, answer])),
    };
  } catch {
    return { conversations: [], answers: {} };
  }
}

export function keepConversation(conversation: Conversation): Promise<void> {
  return set(conversation.id, conversation, conversations).catch(nothing);
}

/** Its text and the number of its last event, as one. */
export function keepAnswer(answer: Answer): Promise<void> {
  return set(answer.generationId, answer, answers).catch(nothing);
}

export function forgetConversation({ id, turns }: Conversation): Promise<void> {
  const generations = turns.map(({ generationId }) => generationId);
  return Promise.all([del(id, conversations), forgetAnswers(generations)]).then(nothing, nothing);
}

export function forgetAnswers(generationIds: readonly string[]): Promise<void> {
  return delMany([...generationIds], answers).catch(nothing);
}

function nothing(): void {
  // What cannot be kept is shown all the same.
}
