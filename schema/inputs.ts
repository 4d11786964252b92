import { spanOf } from "../resolvers/bounds.ts";
import { ranges, stopBounds } from "../resolvers/generation-options.ts";
import { builder } from "./builder.ts";

/** A picture in any of the ways a client can give one. */
export const ImageInput = builder.inputType("ImageInput", {
  description: "A picture: exactly one of these.",
  isOneOf: true,
  fields: (t) => ({
    id: t.id({ description: "The id of an Image of the gallery." }),
    url: t.field({
      type: "URL",
      description: "An http or https URL on a public host, ports 80 and 443; redirects are followed three times.",
    }),
    base64: t.field({ type: "Base64", description: "The file's bytes in base64, raw or as a data URI." }),
    upload: t.field({ type: "File", description: "A file of this multipart request." }),
  }),
});

/** How to generate. */
export const GenerationOptions = builder.inputType("GenerationOptions", {
  description: "How to generate a text. What is absent takes the model's own default.",
  fields: (t) => ({
    maxTokens: t.int({ description: `The most tokens to generate, ${spanOf(ranges.maxTokens)}.` }),
    minTokens: t.int({ description: "The fewest tokens to generate; at most maxTokens." }),
    temperature: t.float({
      description: `${spanOf(ranges.temperature)}. Above 0 samples; 0 takes the likeliest token. Excludes beams.`,
    }),
    topP: t.float({
      description: `Samples from the likeliest tokens that together have this probability, up to ${ranges.topP.max}.`,
    }),
    topK: t.int({ description: `Samples from this many of the likeliest tokens, ${ranges.topK.min} or more.` }),
    repetitionPenalty: t.float({
      description: `Above 1 makes tokens that were already used less likely; at most ${ranges.repetitionPenalty.max}.`,
    }),
    beams: t.int({
      description: `The width of the beam search, ${spanOf(ranges.beams)}. Excludes a temperature above 0.`,
    }),
    lengthPenalty: t.float({
      description: `Above 0 favours longer beams, below 0 shorter ones; ${spanOf(ranges.lengthPenalty)}.`,
    }),
    seed: t.int({ description: "The same seed gives the same sample." }),
    stop: t.stringList({
      description: `Ends the text before any of these: up to ${stopBounds.count} strings of up to ${stopBounds.length} characters.`,
    }),
  }),
});
