import type { ChatRole as RoleName } from "../inference/index.ts";
import { cancelGeneration, chat, planChat } from "../resolvers/chat.ts";
import { familyArgument } from "./arguments.ts";
import { builder } from "./builder.ts";
import { ChatEvent } from "./chat-events.ts";
import type { FieldCost } from "./field-cost.ts";
import { GenerationOptions, ImageInput } from "./inputs.ts";

const ChatRole = builder.enumType("ChatRole", {
  description: "Who says a message.",
  values: {
    SYSTEM: { description: "Nobody: how the model shall behave. Only the first message can be one." },
    USER: { description: "The person." },
    ASSISTANT: { description: "The model, in an earlier turn." },
  } satisfies Record<RoleName, object>,
});

const ChatMessageInput = builder.inputType("ChatMessageInput", {
  description: "One turn of a conversation.",
  fields: (t) => ({
    role: t.field({ type: ChatRole, required: true, description: "Who says it." }),
    text: t.string({ required: true, description: "What is said; empty only beside images." }),
    images: t.field({
      type: [ImageInput],
      description: "Pictures that a USER message shows, up to 16 in a conversation; they come before its text.",
    }),
  }),
});

const ChatInput = builder.inputType("ChatInput", {
  description: "A conversation that a model shall go on with.",
  fields: (t) => ({
    generationId: t.id({
      description:
        "Your name for the answer, up to 128 characters, best a random one. Sent again, it finds the answer instead of generating another. Without it, the server chooses one.",
    }),
    family: t.field({ ...familyArgument, defaultValue: "LLAVA" }),
    model: t.id({
      description: "A served model by id or name, whatever its family. Without it, the family's first that can chat.",
    }),
    messages: t.field({
      type: [ChatMessageInput],
      required: true,
      description:
        "Up to 64 turns: SYSTEM first, if at all, then USER and ASSISTANT in turns, USER last. An empty list with a generationId only watches.",
    }),
    options: t.field({ type: GenerationOptions, description: "How to generate." }),
  }),
});

builder.subscriptionType({ description: "What can be listened to, over WebSocket (graphql-transport-ws) or SSE." });

builder.subscriptionField("chat", (t) =>
  t.field({
    type: ChatEvent,
    description:
      "Starts a generation, or attaches to the one with this generationId, and sends its events with a seq above `after`. What goes wrong is an event too, a ChatFailed; only a reader that is too slow is cut off with the error SLOW_CONSUMER, whose extensions.resumeAfter is the `after` to go on with.",
    extensions: { cost: { own: 200, plus: { input: 5 }, plan: planChat } satisfies FieldCost },
    args: {
      input: t.arg({ type: ChatInput, required: true, description: "The conversation." }),
      after: t.arg.int({
        defaultValue: -1,
        description: "The number of the last event that is known; -1: none. With 0 or more, nothing is ever started.",
      }),
    },
    subscribe: (_root, args, context) => chat(args, context),
    resolve: (event) => event,
  }),
);

const CancelGenerationInput = builder.inputType("CancelGenerationInput", {
  description: "Which generation to cancel.",
  fields: (t) => ({ generationId: t.id({ required: true, description: "Its id." }) }),
});

const CancelGenerationPayload = builder
  .objectRef<{ readonly cancelled: boolean }>("CancelGenerationPayload")
  .implement({
    description: "What came of a cancellation.",
    fields: (t) => ({
      cancelled: t.exposeBoolean("cancelled", {
        description: "Whether it was running; false for one that had ended or is not known.",
      }),
    }),
  });

builder.mutationField("cancelGeneration", (t) =>
  t.field({
    type: CancelGenerationPayload,
    nullable: true,
    description: "Ends a generation, whoever started it: its stream ends with what there is of the text, as CANCELLED.",
    args: { input: t.arg({ type: CancelGenerationInput, required: true, description: "Which." }) },
    resolve: async (_root, { input }, context) => ({
      cancelled: await cancelGeneration(input.generationId, context),
    }),
  }),
);
