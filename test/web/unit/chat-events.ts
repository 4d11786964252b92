import type { ChatEvent } from "../../../web/src/chat/answer.ts";

type EventOf<Name extends ChatEvent["__typename"]> = Extract<ChatEvent, { readonly __typename: Name }>;

const generationId = "a";
const timing = {
  totalMs: 10,
  queueMs: 1,
  preprocessMs: 2,
  encodeMs: 3,
  decodeMs: 4,
  encodeBatch: 1,
  decodeBatch: 1,
  imageCacheHit: false,
};

export function queued(seq: number): EventOf<"ChatQueued"> {
  return { __typename: "ChatQueued", generationId, seq, position: 2, estimatedWaitMs: 500 };
}

export function started(seq: number): EventOf<"ChatStarted"> {
  const model = { id: "m", name: "demo", family: "LLAVA" as const };
  return {
    __typename: "ChatStarted",
    generationId,
    seq,
    model,
    promptTokens: 9,
    reusedTokens: 0,
    imageCacheHit: false,
  };
}

export function delta(seq: number, text: string): EventOf<"ChatDelta"> {
  return { __typename: "ChatDelta", generationId, seq, delta: text };
}

export function completed(seq: number, text: string): EventOf<"ChatCompleted"> {
  const tokens = { promptTokens: 9, completionTokens: 2 };
  return { __typename: "ChatCompleted", generationId, seq, text, finishReason: "STOP", ...tokens, timing };
}

export function failed(seq: number, code: string): EventOf<"ChatFailed"> {
  return { __typename: "ChatFailed", generationId, seq, code, message: code, retryable: true, retryAfterMs: 100 };
}
