import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ChatMessage, Inference } from "../inference/index.ts";
import { byKind, golden, inParallel, type Scene, type Scores } from "./demo-scores.ts";

/** A question of a conversation, its kind for the score table, and the answer expected. */
export interface Turn {
  readonly kind: string;
  readonly question: string;
  readonly answer: string;
}

interface Reply extends Turn {
  readonly reply: string;
}

/** For each held-out scene a conversation of three turns, of which the later ones need the earlier ones. */
export function readConversations(): Turn[][] {
  const { conversations } = JSON.parse(readFileSync(join(golden, "conversations.json"), "utf8")) as {
    conversations: { turns: Turn[] }[];
  };
  return conversations.map(({ turns }) => turns);
}

/** Right answers of the first turns and of the later ones; each conversation goes on from the model's own answers. */
export async function conversationScores(
  inference: Inference,
  model: string,
  scenes: readonly Scene[],
  conversations: readonly Turn[][],
): Promise<{ first: Scores; later: Scores }> {
  const talks = scenes.map(({ picture }, i) => ({ picture, turns: conversations[i]! }));
  const replies = await inParallel(talks, ({ picture, turns }) => converse(inference, model, picture, turns));
  return {
    first: byKind(replies.flatMap((turns) => turns.slice(0, 1).map(judged))),
    later: byKind(replies.flatMap((turns) => turns.slice(1).map(judged))),
  };
}

/** A conversation that goes on from the model's own answers. */
export async function converse(
  inference: Inference,
  model: string,
  picture: Uint8Array,
  turns: readonly Turn[],
): Promise<Reply[]> {
  const messages: ChatMessage[] = [];
  const replies: Reply[] = [];
  for (const turn of turns) {
    const images = messages.length === 0 ? [{ bytes: picture }] : [];
    messages.push({ role: "USER", text: turn.question, images });
    const { text } = await inference.submit({
      kind: "chat",
      model,
      messages: [...messages],
      options: { maxTokens: 24 },
    });
    messages.push({ role: "ASSISTANT", text, images: [] });
    replies.push({ ...turn, reply: text });
  }
  return replies;
}

function judged({ kind, answer, reply }: Reply): { kind: string; right: boolean } {
  return { kind, right: reply === answer };
}
