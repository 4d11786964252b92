import type { ChatSubscription } from "../graph/generated/graphql.ts";
import type { Problem } from "../graph/problem.ts";

export type ChatEvent = ChatSubscription["chat"];
type EventOf<Name extends ChatEvent["__typename"]> = Extract<ChatEvent, { readonly __typename: Name }>;

export type AnswerState =
  | { readonly kind: "sent" }
  | ({ readonly kind: "queued" } & Pick<EventOf<"ChatQueued">, "position" | "estimatedWaitMs">)
  | { readonly kind: "answering" }
  | ({ readonly kind: "completed" } & Figures)
  /** Given up here, without the server's word. */
  | { readonly kind: "stopped" }
  /** Whether asking the same again may help. */
  | { readonly kind: "failed"; readonly problem: Problem; readonly retryable: boolean };

/** What a whole answer took. */
export type Figures = Pick<EventOf<"ChatCompleted">, "finishReason" | "promptTokens" | "completionTokens" | "timing">;

/** What was known when the model began. */
export type Beginning = Pick<EventOf<"ChatStarted">, "model" | "promptTokens" | "reusedTokens" | "imageCacheHit">;

/** A generation as far as its events have come. Text and number belong together: they are kept as one. */
export interface Answer {
  readonly generationId: string;
  /** The number of the last event that it has; absent before the first. */
  readonly seq?: number;
  readonly text: string;
  /** As a number of Date, as is the next. */
  readonly askedAt: number;
  readonly firstTextAt?: number;
  readonly beginning?: Beginning;
  readonly state: AnswerState;
}

/** One of which nothing has come yet. */
export function newAnswer(generationId: string, askedAt: number): Answer {
  return { generationId, askedAt, text: "", state: { kind: "sent" } };
}

/** With what an event tells; one that it has already tells nothing. */
export function withEvent(answer: Answer, event: ChatEvent, now: number): Answer {
  if (answer.seq !== undefined && event.seq <= answer.seq) return answer;
  return { ...answer, seq: event.seq, ...changeOf(answer, event, now) };
}

function changeOf(answer: Answer, event: ChatEvent, now: number): Partial<Answer> {
  switch (event.__typename) {
    case "ChatQueued": {
      const { position, estimatedWaitMs } = event;
      return { state: { kind: "queued", position, estimatedWaitMs } };
    }
    case "ChatStarted": {
      const { model, promptTokens, reusedTokens, imageCacheHit } = event;
      return { state: { kind: "answering" }, beginning: { model, promptTokens, reusedTokens, imageCacheHit } };
    }
    case "ChatDelta":
      return { state: { kind: "answering" }, text: answer.text + event.delta, firstTextAt: answer.firstTextAt ?? now };
    case "ChatCompleted": {
      const { finishReason, promptTokens, completionTokens, timing, text } = event;
      return { text, state: { kind: "completed", finishReason, promptTokens, completionTokens, timing } };
    }
    case "ChatFailed":
      return { state: failureOf(event) };
  }
}

function failureOf({ code, message, retryAfterMs, retryable }: EventOf<"ChatFailed">): AnswerState {
  if (code === expired.code) return { kind: "failed", problem: expired, retryable: true };
  return { kind: "failed", problem: { code, message, retryAfterMs: retryAfterMs ?? undefined }, retryable };
}

const expired = {
  code: "GENERATION_EXPIRED",
  message: "The server knows this answer no more: it was started anew meanwhile, or it is too long ago.",
} as const;

/** Given up here: what came of it stays. */
export function stopped(answer: Answer): Answer {
  return isOver(answer) ? answer : { ...answer, state: { kind: "stopped" } };
}

/** Refused before it could begin or go on. */
export function refused(answer: Answer, problem: Problem): Answer {
  return { ...answer, state: { kind: "failed", problem, retryable: problem.retryAfterMs !== undefined } };
}

/** Whether no more will come of it. */
export function isOver({ state }: Answer): boolean {
  return state.kind === "completed" || state.kind === "stopped" || state.kind === "failed";
}

/** Whether an event is the last of its generation. */
export function isLast({ __typename }: ChatEvent): boolean {
  return __typename === "ChatCompleted" || __typename === "ChatFailed";
}
