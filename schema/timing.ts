import type { FinishReason as FinishReasonValue, Timing as TimingValue } from "../inference/index.ts";
import { builder } from "./builder.ts";

/** Why a text ended. */
export const FinishReason = builder.enumType("FinishReason", {
  description: "Why a generated text ended.",
  values: {
    STOP: { description: "The model ended it, or a stop string came." },
    LENGTH: { description: "It reached the most tokens allowed." },
    CANCELLED: { description: "The client gave it up." },
  } satisfies Record<FinishReasonValue, object>,
});

/** Where a field's time went. */
export const Timing = builder.objectRef<TimingValue>("Timing").implement({
  description: "Where the time of a field went, in milliseconds, and whom it shared its batches with.",
  fields: (t) => ({
    totalMs: t.exposeFloat("totalMs", {
      description: "From the field's start to its result, reading the picture included.",
    }),
    queueMs: t.exposeFloat("queueMs", { description: "Waiting for a place in a batch." }),
    preprocessMs: t.exposeFloat("preprocessMs", {
      description: "Decoding and resizing the picture, tokenizing the text.",
    }),
    encodeMs: t.exposeFloat("encodeMs", { description: "In the encoder's passes." }),
    decodeMs: t.exposeFloat("decodeMs", { description: "In the decoder's passes." }),
    encodeBatch: t.exposeInt("encodeBatch", {
      description: "Items in the encoder batch that this request was part of.",
    }),
    decodeBatch: t.exposeFloat("decodeBatch", {
      description: "Mean sequences in the decoder batches that this request was part of; 0 without any.",
    }),
    imageCacheHit: t.exposeBoolean("imageCacheHit", {
      description: "Whether the picture's features were still known, so that it was not encoded again.",
    }),
  }),
});
