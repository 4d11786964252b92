import type { QueryImage } from "../gallery/embed.ts";
import type { HitPage } from "../gallery/picture-search.ts";
import type { TextHit } from "../gallery/text-ranking.ts";
import type { Inference, ModelFamily, ModelInfo } from "../inference/index.ts";
import { defaults, nonEmptyText, pageSize, rerankCount, textsToRank } from "./bounds.ts";
import { withinDeadline, type Context } from "./context.ts";
import { imageIdOf } from "./global-id.ts";
import { chooseModel } from "./model-choice.ts";
import type { ImageInput } from "./picture-reader.ts";
import { once, type Plan, type PlannedRun, type Planning } from "./planning.ts";

interface HitPageArguments {
  readonly family: ModelFamily;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

export interface RetrieveImagesArguments extends HitPageArguments {
  readonly text: string;
  readonly rerank?: number | null | undefined;
}

export interface SimilarImagesArguments extends HitPageArguments {
  readonly image: ImageInput;
}

export interface RetrieveTextsArguments {
  readonly family: ModelFamily;
  readonly image: ImageInput;
  readonly texts: readonly string[];
  readonly first?: number | null | undefined;
  readonly rerank?: number | null | undefined;
}

/** The gallery's pictures that fit a text best. */
export async function retrieveImages(args: RetrieveImagesArguments, context: Context): Promise<HitPage> {
  const { model, text, rerank } = imageSearch(args, context);
  const search = { ...hitPage(args, context), model: model.name, text, rerank };
  return withinDeadline(context, (signal) => context.gallery.searchByText({ ...search, signal }));
}

/** Reads the text, then matches it with as many pictures as are ordered anew, if the gallery has them. */
export const planRetrieveImages: Plan<RetrieveImagesArguments> = (args, server) => {
  const { model, text, rerank } = imageSearch(args, server);
  return [...once({ kind: "embedText", model: model.name, text }), ...matches(model, text, rerank)];
};

/** The gallery's pictures that are most like a picture. */
export async function similarImages(args: SimilarImagesArguments, context: Context): Promise<HitPage> {
  const page = { ...hitPage(args, context), model: embedder(args.family, context).name };
  const image = await queryImage(args.image, context);
  return withinDeadline(context, (signal) => context.gallery.searchByImage({ ...page, image, signal }));
}

/** Embeds the picture, as if it were new. */
export const planSimilarImages: Plan<SimilarImagesArguments> = ({ family }, server) =>
  once({ kind: "embedImage", model: embedder(family, server).name });

/** The texts that fit a picture best. */
export async function retrieveTexts(args: RetrieveTextsArguments, context: Context): Promise<readonly TextHit[]> {
  const { model, texts, rerank } = textSearch(args, context);
  const first = pageSize(args.first ?? defaults.hits);
  const image = await queryImage(args.image, context);
  return withinDeadline(context, (signal) =>
    context.gallery.rankTexts({ model: model.name, image, texts, first, rerank, inference: context.inference, signal }),
  );
}

/** Embeds the picture and all texts, then matches it with as many as are ordered anew: they may be the longest. */
export const planRetrieveTexts: Plan<RetrieveTextsArguments> = (args, server) => {
  const { model, texts, rerank } = textSearch(args, server);
  const longest = texts.toSorted((a, b) => b.length - a.length).slice(0, rerank);
  return [
    ...once({ kind: "embedImage", model: model.name }),
    ...texts.flatMap((text) => once({ kind: "embedText", model: model.name, text })),
    ...longest.flatMap((text) => matches(model, text, 1)),
  ];
};

function imageSearch(args: RetrieveImagesArguments, server: Planning) {
  const text = nonEmptyText("text", args.text);
  const rerank = rerankCount(args.rerank ?? defaults.rerank);
  return { model: embedder(args.family, server), text, rerank };
}

function textSearch(args: RetrieveTextsArguments, server: Planning) {
  const texts = textsToRank("texts", args.texts);
  const rerank = rerankCount(args.rerank ?? defaults.rerank);
  return { model: embedder(args.family, server), texts, rerank };
}

/** None for a model that has no ITM. */
function matches(model: ModelInfo, text: string, times: number): readonly PlannedRun[] {
  return model.tasks.includes("MATCH") ? [{ task: { kind: "match", model: model.name, text }, times }] : [];
}

function embedder(family: ModelFamily, { inference }: Planning): ModelInfo {
  return chooseModel({ family, task: "EMBED" }, inference);
}

/** A picture of the gallery by its id, so that its kept embedding serves; any other as it comes. */
async function queryImage(input: ImageInput, { pictures }: Context): Promise<QueryImage> {
  return input.id == null ? pictures.read(input) : { id: imageIdOf(input.id) };
}

function hitPage(
  { first, after }: Omit<HitPageArguments, "family">,
  { inference }: Context,
): { first: number; after: string | undefined; inference: Inference } {
  return { first: pageSize(first ?? defaults.hits), after: after ?? undefined, inference };
}
