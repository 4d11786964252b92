import type { ChatProgress, ChatResult, FinishReason, Priority, Timing } from "../../inference/index.ts";
import { Answer } from "./answer.ts";
import type { Asked } from "./asked.ts";
import { converse, type Conversing } from "./converse.ts";
import type { Counts } from "./counts.ts";
import { messagesOf, optionFields } from "./request-body.ts";
import { unavailable } from "./server-errors.ts";
import type { KnownServer, ServerWatch } from "./server-watch.ts";
import type { Turns } from "./turns.ts";

/** What answers are made with, the same for all. */
export interface AskingParts extends Pick<Conversing, "endpoint" | "maxTokens" | "maxSilenceMs"> {
  /** As the model is served here. */
  readonly name: string;
  readonly watch: ServerWatch;
  readonly turns: Turns;
  readonly counts: Counts;
}

export interface Asking extends AskingParts {
  readonly priority: Priority;
  readonly salt: string | undefined;
  readonly signal: AbortSignal;
  readonly tell: (progress: ChatProgress) => void;
}

/** Waits until the server is there and it is the conversation's turn, and has the answer told as it comes. */
export async function ask(asked: Asked, asking: Asking): Promise<ChatResult> {
  const { turns, priority, signal } = asking;
  const cameAt = performance.now();
  const server = await serverOf(asking);
  // What it cannot do need not wait for its turn.
  optionFields(asked.options, server.dialect);
  await turns.take(priority, signal);
  const [beganAt, sharedBefore] = [performance.now(), turns.sharedMs];
  try {
    const answer = new Answer(asked, asking.tell);
    const { finishReason, askedAt } = await answered(answer, { asked, asking, server });
    const sharedMs = turns.sharedMs - sharedBefore;
    return resultOf(answer, finishReason, timingOf(answer, { cameAt, beganAt, askedAt, sharedMs }));
  } finally {
    turns.giveBack();
  }
}

async function serverOf({ watch, signal, name }: Asking): Promise<KnownServer> {
  await watch.known(signal);
  signal.throwIfAborted();
  const { standing } = watch;
  if (standing.state === "READY") return standing.server;
  throw unavailable(`${name} is not available: ${standing.state === "FAILED" ? standing.failure : "it is loading"}`);
}

interface ToAnswer {
  readonly asked: Asked;
  readonly asking: Asking;
  readonly server: KnownServer;
}

async function answered(answer: Answer, { asked, asking, server }: ToAnswer) {
  const { endpoint, maxSilenceMs, signal, salt, counts } = asking;
  const messages = await messagesOf(asked.messages);
  const askedAt = performance.now();
  counts.asked(asked.messages.reduce((sum, { images }) => sum + images.length, 0));
  const finishReason = await converse(answer, {
    ...{ endpoint, ...server, messages, maxSilenceMs, salt, signal },
    options: asked.options,
    maxTokens: asked.options.maxTokens ?? asking.maxTokens,
  });
  answer.end();
  counts.answered(answer);
  return { finishReason, askedAt };
}

function resultOf(answer: Answer, finishReason: FinishReason, timing: Timing): ChatResult {
  const { text, tokens, tokenIds, promptTokens, reusedTokens } = answer;
  return { text, tokens, tokenIds, finishReason, promptTokens, reusedTokens, timing };
}

/** On performance.now(). */
interface Times {
  readonly cameAt: number;
  readonly beganAt: number;
  readonly askedAt: number;
  /** Its part of the server's time. */
  readonly sharedMs: number;
}

/**
 * Of what happens before the first words some servers tell how long they read; of the others it all counts as reading,
 * their own queue with it. How many they compute for at once is taken for those that were asked from here meanwhile.
 */
function timingOf({ firstAt, promptMs }: Answer, { cameAt, beganAt, askedAt, sharedMs }: Times): Timing {
  const endedAt = performance.now();
  const firstMs = (firstAt ?? endedAt) - askedAt;
  const encodeMs = Math.min(promptMs ?? firstMs, firstMs);
  const together = Math.max(1, (endedAt - beganAt) / sharedMs);
  return {
    totalMs: endedAt - cameAt,
    queueMs: beganAt - cameAt + firstMs - encodeMs,
    preprocessMs: askedAt - beganAt,
    ...{ encodeMs, decodeMs: endedAt - askedAt - firstMs, deviceMs: sharedMs },
    ...{ encodeBatch: together, decodeBatch: together, imageCacheHit: false },
  };
}
