import type { ChatMessageInput } from "../graph/generated/graphql.ts";
import { inlineInput, type Picture } from "../picture/picture.ts";
import type { Answer } from "./answer.ts";
import type { Turn } from "./conversation.ts";

/**
 * A conversation as the server takes it, whose last turn is to be answered. An earlier question that got no answer is left
 * out, for turns alternate; its pictures come with the next.
 */
export async function messagesOf(
  turns: readonly Turn[],
  answers: Readonly<Record<string, Answer>>,
  system: string,
): Promise<ChatMessageInput[]> {
  const messages: ChatMessageInput[] = system.trim() === "" ? [] : [{ role: "SYSTEM", text: system }];
  let shown: readonly Picture[] = [];
  for (const [i, { question, generationId }] of turns.entries()) {
    shown = [...shown, ...question.pictures];
    const said = answers[generationId]?.text.trim() ?? "";
    const isAsked = i === turns.length - 1;
    if (said === "" && !isAsked) continue;
    messages.push(await messageOf(question.text, shown));
    if (!isAsked) messages.push({ role: "ASSISTANT", text: said });
    shown = [];
  }
  return messages;
}

async function messageOf(text: string, pictures: readonly Picture[]): Promise<ChatMessageInput> {
  if (pictures.length === 0) return { role: "USER", text };
  return { role: "USER", text, images: await Promise.all(pictures.map(inlineInput)) };
}
