import type { QueryImage } from "../gallery/embed.ts";
import type { HitPage } from "../gallery/picture-search.ts";
import type { TextHit } from "../gallery/text-ranking.ts";
import type { ModelFamily } from "../inference/index.ts";
import { defaults, nonEmptyText, pageSize, rerankCount, textsToRank } from "./bounds.ts";
import { withinDeadline, type Context } from "./context.ts";
import { imageIdOf } from "./global-id.ts";
import { chooseModel } from "./model-choice.ts";
import type { ImageInput } from "./picture-reader.ts";

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
  const text = nonEmptyText("text", args.text);
  const search = {
    ...hitPage(args),
    model: embedder(args.family, context),
    text,
    rerank: rerankCount(args.rerank ?? defaults.rerank),
  };
  return withinDeadline(context, (signal) => context.gallery.searchByText({ ...search, signal }));
}

/** The gallery's pictures that are most like a picture. */
export async function similarImages(args: SimilarImagesArguments, context: Context): Promise<HitPage> {
  const page = { ...hitPage(args), model: embedder(args.family, context) };
  const image = await queryImage(args.image, context);
  return withinDeadline(context, (signal) => context.gallery.searchByImage({ ...page, image, signal }));
}

/** The texts that fit a picture best. */
export async function retrieveTexts(args: RetrieveTextsArguments, context: Context): Promise<readonly TextHit[]> {
  const texts = textsToRank("texts", args.texts);
  const bounds = { first: pageSize(args.first ?? defaults.hits), rerank: rerankCount(args.rerank ?? defaults.rerank) };
  const model = embedder(args.family, context);
  const image = await queryImage(args.image, context);
  return withinDeadline(context, (signal) => context.gallery.rankTexts({ model, image, texts, ...bounds, signal }));
}

function embedder(family: ModelFamily, { inference }: Context): string {
  return chooseModel({ family, task: "EMBED" }, inference).name;
}

/** A picture of the gallery by its id, so that its kept embedding serves; any other as it comes. */
async function queryImage(input: ImageInput, { pictures }: Context): Promise<QueryImage> {
  return input.id == null ? pictures.read(input) : { id: imageIdOf(input.id) };
}

function hitPage({ first, after }: HitPageArguments): { first: number; after: string | undefined } {
  return { first: pageSize(first ?? defaults.hits), after: after ?? undefined };
}
