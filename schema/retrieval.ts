import type { HitPage, PictureHit } from "../gallery/picture-search.ts";
import type { TextHit as TextHitValue } from "../gallery/text-ranking.ts";
import { bounds, defaults, spanOf } from "../resolvers/bounds.ts";
import {
  planRetrieveImages,
  planRetrieveTexts,
  planSimilarImages,
  retrieveImages,
  retrieveTexts,
  similarImages,
} from "../resolvers/retrieval.ts";
import { familyArgument, imageArgument } from "./arguments.ts";
import { builder } from "./builder.ts";
import type { FieldCost } from "./field-cost.ts";
import { Image } from "./images.ts";
import { pageInfo } from "./page-info.ts";

const similarity = "Cosine of the embeddings (ITC), -1 to 1.";
const probability = "That picture and text belong together (ITM), 0 to 1; null where not re-ranked.";
const score = "Orders the hits: ITM logit + ITC similarity where re-ranked, the similarity elsewhere.";

const ImageHitEdge = builder.objectRef<PictureHit>("ImageHitEdge").implement({
  description: "A picture that a search found.",
  fields: (t) => ({
    cursor: t.exposeString("cursor", { description: "Where it stands in this search, for `after`." }),
    node: t.expose("picture", { type: Image, description: "The picture." }),
    similarity: t.exposeFloat("similarity", { description: similarity }),
    probability: t.float({ nullable: true, description: probability, resolve: (hit) => hit.probability }),
    score: t.exposeFloat("score", { description: score }),
  }),
});

const ImageHitConnection = builder.objectRef<HitPage>("ImageHitConnection").implement({
  description: "A page of a search.",
  fields: (t) => ({
    edges: t.expose("hits", { type: [ImageHitEdge], description: "The hits of this page, best first." }),
    pageInfo: t.field({
      type: builder.pageInfoRef(),
      description: "Where the page stands.",
      resolve: (page) => pageInfo(page, page.hits),
    }),
  }),
});

const TextHit = builder.objectRef<TextHitValue>("TextHit").implement({
  description: "A text in its place in a ranking.",
  fields: (t) => ({
    text: t.exposeString("text", { description: "The text as it was given." }),
    index: t.exposeInt("index", { description: "Where it stood in `texts`, from 0." }),
    similarity: t.exposeFloat("similarity", { description: similarity }),
    probability: t.float({ nullable: true, description: probability, resolve: (hit) => hit.probability }),
    score: t.exposeFloat("score", { description: score }),
  }),
});

const first = { defaultValue: defaults.hits, description: `How many at most, ${spanOf(bounds.first)}.` } as const;
const after = { description: "The cursor, of this very search, after which the page begins." } as const;
const rerank = {
  defaultValue: defaults.rerank,
  description: `How many of the best by ITC are ordered anew by ITM, ${spanOf(bounds.rerank)}; 0 for none.`,
} as const;

builder.queryField("retrieveImages", (t) =>
  t.field({
    type: ImageHitConnection,
    nullable: true,
    description: "The gallery's pictures that fit a text best: ITC over all of them, then ITM over the best `rerank`.",
    extensions: {
      cost: { own: 50, plus: { rerank: 5 }, times: "first", plan: planRetrieveImages } satisfies FieldCost,
    },
    args: {
      text: t.arg.string({ required: true, description: "What to look for; not empty." }),
      first: t.arg.int(first),
      after: t.arg.string(after),
      rerank: t.arg.int(rerank),
      family: t.arg(familyArgument),
    },
    resolve: (_root, args, context) => retrieveImages(args, context),
  }),
);

builder.queryField("similarImages", (t) =>
  t.field({
    type: ImageHitConnection,
    nullable: true,
    description: "The gallery's pictures that are most like a picture. One named by its id does not find itself.",
    extensions: { cost: { own: 50, times: "first", plan: planSimilarImages } satisfies FieldCost },
    args: {
      image: t.arg(imageArgument),
      first: t.arg.int(first),
      after: t.arg.string(after),
      family: t.arg(familyArgument),
    },
    resolve: (_root, args, context) => similarImages(args, context),
  }),
);

builder.queryField("retrieveTexts", (t) =>
  t.field({
    type: [TextHit],
    nullable: true,
    description: "The texts that fit a picture best: ITC for all of them, then ITM for the best `rerank`.",
    extensions: {
      cost: { own: 50, plus: { texts: 5, rerank: 5 }, times: "first", plan: planRetrieveTexts } satisfies FieldCost,
    },
    args: {
      image: t.arg(imageArgument),
      texts: t.arg.stringList({ required: true, description: `${spanOf(bounds.texts)} texts, none of them empty.` }),
      first: t.arg.int(first),
      rerank: t.arg.int(rerank),
      family: t.arg(familyArgument),
    },
    resolve: (_root, args, context) => retrieveTexts(args, context),
  }),
);
