import { compare, planCompare, type Comparison as ComparisonValue } from "../resolvers/comparing.ts";
import { CompletionOrder } from "../resolvers/completion-order.ts";
import type { Failure } from "../resolvers/failure.ts";
import { imageArgument, optionsArgument } from "./arguments.ts";
import { builder } from "./builder.ts";
import { isStreamed } from "./directives.ts";
import type { FieldCost } from "./field-cost.ts";
import { Model, ModelFamily } from "./models.ts";
import { FinishReason, Timing } from "./timing.ts";

const ComparisonError = builder.objectRef<Failure>("ComparisonError").implement({
  description: "Why one model of a comparison could not answer.",
  fields: (t) => ({
    code: t.exposeString("code", { description: "As in `extensions.code` of other errors." }),
    message: t.exposeString("message", { description: "What was wrong, and what would be right." }),
    retryAfterMs: t.float({
      nullable: true,
      description: "With OVERLOADED: when trying again is worth it.",
      resolve: ({ retryAfterMs }) => retryAfterMs,
    }),
  }),
});

const Comparison = builder.objectRef<ComparisonValue>("Comparison").implement({
  description: "What one model said about the picture: its text and timing, or its error.",
  fields: (t) => ({
    model: t.expose("model", { type: Model, description: "The model." }),
    text: t.string({
      nullable: true,
      description: "Its description or its answer; null where it failed.",
      resolve: ({ text }) => text,
    }),
    tokens: t.int({
      nullable: true,
      description: "How many tokens were generated; null where it failed.",
      resolve: ({ tokens }) => tokens,
    }),
    finishReason: t.field({
      type: FinishReason,
      nullable: true,
      description: "Why its text ended; null where it failed.",
      resolve: ({ finishReason }) => finishReason,
    }),
    error: t.field({
      type: ComparisonError,
      nullable: true,
      description: "Why it failed, which harms none of the others; null where it did not.",
      resolve: ({ error }) => error,
    }),
    timing: t.field({
      type: Timing,
      nullable: true,
      description: "Where the time went; null where it failed.",
      resolve: ({ timing }) => timing,
    }),
  }),
});

builder.queryField("compare", (t) =>
  t.field({
    type: [Comparison],
    description:
      "The same picture to several models at once. Without a question they describe it, with one they answer it. " +
      "With @stream each model's answer comes when it is ready; without, all of them in the order in which they were asked for.",
    extensions: {
      cost: { own: 0, plus: { families: 50, models: 50 }, plusElse: 150, plan: planCompare } satisfies FieldCost,
    },
    args: {
      image: t.arg(imageArgument),
      question: t.arg.string({ description: "What to ask; not empty. Without it, each model describes the picture." }),
      families: t.arg({
        type: [ModelFamily],
        description:
          "Families whose default model for the task takes part. Without it and `models`, all that are served.",
      }),
      models: t.arg.idList({
        description: "Up to 16 served models, by id or name, that take part after the families'.",
      }),
      options: t.arg(optionsArgument),
    },
    resolve: (_root, args, context, info) => {
      const starts = compare(args, context);
      if (isStreamed(info)) return new CompletionOrder(starts, context.signal);
      return Promise.all(starts.map((start) => start(context.signal)));
    },
  }),
);
