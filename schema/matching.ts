import { match, planMatch, type Match as MatchValue } from "../resolvers/matching.ts";
import { familyArgument, imageArgument, modelArgument } from "./arguments.ts";
import { builder } from "./builder.ts";
import type { FieldCost } from "./field-cost.ts";
import { Model } from "./models.ts";
import { Timing } from "./timing.ts";

const Match = builder.objectRef<MatchValue>("Match").implement({
  description: "How well a text fits a picture.",
  fields: (t) => ({
    probability: t.exposeFloat("probability", { description: "That they belong together (ITM), 0 to 1." }),
    similarity: t.exposeFloat("similarity", {
      nullable: true,
      description: "Cosine of their embeddings (ITC), where the model has them.",
    }),
    model: t.expose("model", { type: Model, description: "The model that compared them." }),
    timing: t.expose("timing", { type: Timing, description: "Where the time went." }),
  }),
});

builder.queryField("match", (t) =>
  t.field({
    type: Match,
    nullable: true,
    description: "Says how well a text fits a picture.",
    extensions: { cost: { own: 25, plan: planMatch } satisfies FieldCost },
    args: {
      image: t.arg(imageArgument),
      text: t.arg.string({ required: true, description: "A sentence that may or may not describe the picture." }),
      family: t.arg(familyArgument),
      model: t.arg.id(modelArgument),
    },
    resolve: (_root, args, context) => match(args, context),
  }),
);
