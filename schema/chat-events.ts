import type { NumberedEvent } from "../inference/index.ts";
import type { ChatEvent as ChatEventValue } from "../resolvers/chat-stream.ts";
import { builder } from "./builder.ts";
import { Model } from "./models.ts";
import { FinishReason, Timing } from "./timing.ts";

type EventOf<Type extends NumberedEvent["type"]> = ChatEventValue & {
  readonly event: Extract<NumberedEvent, { readonly type: Type }>;
};

const typeNames = {
  queued: "ChatQueued",
  started: "ChatStarted",
  delta: "ChatDelta",
  completed: "ChatCompleted",
  failed: "ChatFailed",
} as const satisfies Record<NumberedEvent["type"], string>;

/** What is told of a chat. */
export const ChatEvent = builder.interfaceRef<ChatEventValue>("ChatEvent").implement({
  description: "Something that became of a chat. The last is a ChatCompleted or a ChatFailed, and there is no other.",
  resolveType: ({ event }) => typeNames[event.type],
  fields: (t) => ({
    generationId: t.exposeID("generationId", {
      description: "The generation that it belongs to. Who knows the id can watch the generation and cancel it.",
    }),
    seq: t.int({
      description:
        "Its number: 0, 1, 2 … Give the last one seen as `after` to go on from there. A reader that falls behind gets deltas put together, under the number of the last.",
      resolve: ({ event }) => event.seq,
    }),
  }),
});

builder.objectRef<EventOf<"queued">>(typeNames.queued).implement({
  description: "The chat was taken and waits for its turn.",
  interfaces: [ChatEvent],
  fields: (t) => ({
    position: t.int({
      description: "Chats of the model that have to start before it; 0: it is the next.",
      resolve: ({ event }) => event.position,
    }),
    estimatedWaitMs: t.float({
      description: "How long it will wait, by what the latest ones waited; 0 where none is known.",
      resolve: ({ event }) => event.estimatedWaitMs,
    }),
  }),
});

builder.objectRef<EventOf<"started">>(typeNames.started).implement({
  description: "The model has the conversation before it and begins to answer.",
  interfaces: [ChatEvent],
  fields: (t) => ({
    model: t.field({ type: Model, description: "The model that answers.", resolve: ({ event }) => event.model }),
    promptTokens: t.int({
      description: "Tokens of the conversation; pictures count as the rows that they take.",
      resolve: ({ event }) => event.promptTokens,
    }),
    reusedTokens: t.int({
      description: "Of those, the ones that were still there from an earlier turn, and are not computed again.",
      resolve: ({ event }) => event.reusedTokens,
    }),
    imageCacheHit: t.boolean({
      description: "Whether all its pictures' features were still known, so that none was encoded again.",
      resolve: ({ event }) => event.imageCacheHit,
    }),
  }),
});

builder.objectRef<EventOf<"delta">>(typeNames.delta).implement({
  description: "More of the answer.",
  interfaces: [ChatEvent],
  fields: (t) => ({
    delta: t.string({
      description: "The new text. Joined in order, the deltas are the text of ChatCompleted.",
      resolve: ({ event }) => event.delta,
    }),
    text: t.string({ description: "Everything so far, the new text included.", resolve: ({ event }) => event.text }),
  }),
});

builder.objectRef<EventOf<"completed">>(typeNames.completed).implement({
  description: "The answer is whole, or was cancelled: then it is what there was.",
  interfaces: [ChatEvent],
  fields: (t) => ({
    text: t.string({ description: "The whole answer.", resolve: ({ event }) => event.text }),
    finishReason: t.field({
      type: FinishReason,
      description: "Why it ended.",
      resolve: ({ event }) => event.finishReason,
    }),
    promptTokens: t.int({
      description: "Tokens of the conversation; 0 if it was cancelled before it started.",
      resolve: ({ event }) => event.promptTokens,
    }),
    completionTokens: t.int({ description: "Tokens of the answer.", resolve: ({ event }) => event.completionTokens }),
    timing: t.field({
      type: Timing,
      description: "Where its time went. Of a cancelled one only the queue and the rest are told apart.",
      resolve: ({ event }) => event.timing,
    }),
  }),
});

builder.objectRef<EventOf<"failed">>(typeNames.failed).implement({
  description: "The chat could not begin, be found, or go on.",
  interfaces: [ChatEvent],
  fields: (t) => ({
    code: t.string({
      description: "What was wrong, in the words of extensions.code.",
      resolve: ({ event }) => event.code,
    }),
    message: t.string({
      description: "What was wrong and what would be right, for people.",
      resolve: ({ event }) => event.message,
    }),
    retryable: t.boolean({
      description: "Whether the same request, with a new generationId, may succeed at another time.",
      resolve: ({ event }) => event.retryable,
    }),
    retryAfterMs: t.float({
      nullable: true,
      description: "With OVERLOADED: when trying again is worth it.",
      resolve: ({ event }) => event.retryAfterMs,
    }),
  }),
});
