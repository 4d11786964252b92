import { caption, planCaption } from "../resolvers/captioning.ts";
import type { Generation } from "../resolvers/generation.ts";
import { familyArgument, imageArgument, modelArgument, optionsArgument } from "./arguments.ts";
import { builder } from "./builder.ts";
import type { FieldCost } from "./field-cost.ts";
import { Model } from "./models.ts";
import { FinishReason, Timing } from "./timing.ts";

const Caption = builder.objectRef<Generation>("Caption").implement({
  description: "A description of a picture.",
  fields: (t) => ({
    text: t.exposeString("text", { description: "The description, with the prompt that it began with." }),
    tokens: t.exposeInt("tokens", { description: "How many tokens were generated." }),
    finishReason: t.expose("finishReason", { type: FinishReason, description: "Why it ended." }),
    model: t.expose("model", { type: Model, description: "The model that wrote it." }),
    timing: t.expose("timing", { type: Timing, description: "Where the time went." }),
  }),
});

builder.queryField("caption", (t) =>
  t.field({
    type: Caption,
    nullable: true,
    description: "Describes a picture.",
    extensions: { cost: { own: 50, plan: planCaption } satisfies FieldCost },
    args: {
      image: t.arg(imageArgument),
      family: t.arg(familyArgument),
      model: t.arg.id(modelArgument),
      prompt: t.arg.string({ description: 'The beginning that the description continues, such as "a picture of".' }),
      options: t.arg(optionsArgument),
    },
    resolve: (_root, args, context) => caption(args, context),
  }),
);
