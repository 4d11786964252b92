import type { ScoredText as ScoredTextValue } from "../inference/index.ts";
import { planVqa, vqa } from "../resolvers/answering.ts";
import type { Generation } from "../resolvers/generation.ts";
import { familyArgument, imageArgument, modelArgument, optionsArgument } from "./arguments.ts";
import { builder } from "./builder.ts";
import type { FieldCost } from "./field-cost.ts";
import { Model } from "./models.ts";
import { FinishReason, Timing } from "./timing.ts";

const ScoredText = builder.objectRef<ScoredTextValue>("ScoredText").implement({
  description: "A text of a ranking.",
  fields: (t) => ({
    text: t.exposeString("text", { description: "The text as it was given." }),
    score: t.exposeFloat("score", { description: "The higher, the better; comparable within one ranking only." }),
  }),
});

const Answer = builder.objectRef<Generation>("Answer").implement({
  description: "An answer to a question about a picture.",
  fields: (t) => ({
    text: t.exposeString("text", { description: "The answer; with choices, the best of them." }),
    ranking: t.field({
      type: [ScoredText],
      nullable: true,
      description: "With choices: all of them, best first.",
      resolve: ({ ranking }) => ranking,
    }),
    tokens: t.exposeInt("tokens", { description: "How many tokens were generated; 0 with choices." }),
    finishReason: t.expose("finishReason", { type: FinishReason, description: "Why it ended." }),
    model: t.expose("model", { type: Model, description: "The model that answered." }),
    timing: t.expose("timing", { type: Timing, description: "Where the time went." }),
  }),
});

builder.queryField("vqa", (t) =>
  t.field({
    type: Answer,
    nullable: true,
    description: "Answers a question about a picture. With `choices`, ranks them instead of generating.",
    extensions: { cost: { own: 50, plus: { choices: 5 }, plan: planVqa } satisfies FieldCost },
    args: {
      image: t.arg(imageArgument),
      question: t.arg.string({ required: true, description: "What to ask; not empty." }),
      family: t.arg(familyArgument),
      model: t.arg.id(modelArgument),
      choices: t.arg.stringList({ description: "Up to 256 answers to choose from." }),
      options: t.arg(optionsArgument),
    },
    resolve: (_root, args, context) => vqa(args, context),
  }),
);
