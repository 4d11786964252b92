import type { PicturePage } from "../gallery/gallery.ts";
import type { Picture } from "../gallery/store.ts";
import { bounds, defaults, spanOf } from "../resolvers/bounds.ts";
import { addImages, pageImages, planAddImages, picturePath, removeImages } from "../resolvers/images.ts";
import { builder } from "./builder.ts";
import type { FieldCost } from "./field-cost.ts";
import { ImageInput } from "./inputs.ts";
import { pageInfo } from "./page-info.ts";

/** A picture of the gallery, a node by its content's hash. */
export const Image = builder.objectRef<Picture>("Image");

builder.node(Image, {
  description: "A picture of the gallery.",
  id: { resolve: (picture) => picture.id, description: "Names the picture; the same bytes always have the same id." },
  loadManyWithoutCache: async (ids, { gallery }) => (await gallery.getMany(ids)).map((picture) => picture ?? null),
  fields: (t) => ({
    url: t.string({
      description: "The path on this server that sends the file, or a smaller copy of it.",
      args: {
        width: t.arg.int({
          description: "Of a copy that is no wider and no higher, in pixels: the next of 160, 320, 640 and 1280.",
        }),
      },
      resolve: (picture, { width }) => picturePath(picture, width),
    }),
    width: t.exposeInt("width", { description: "In pixels, with the EXIF orientation applied." }),
    height: t.exposeInt("height", { description: "In pixels, with the EXIF orientation applied." }),
    byteSize: t.exposeInt("byteSize", { description: "The file's size in bytes." }),
    sha256: t.string({ description: "SHA-256 of the file's bytes, hexadecimal.", resolve: ({ id }) => id }),
    caption: t.string({
      nullable: true,
      description: "What was said of the picture when it was added; not generated.",
      resolve: ({ caption }) => caption,
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was added first." }),
  }),
});

const ImageEdge = builder.objectRef<PicturePage["edges"][number]>("ImageEdge").implement({
  description: "A picture in its place in the gallery.",
  fields: (t) => ({
    cursor: t.exposeString("cursor", { description: "Where it stands, for `after`." }),
    node: t.expose("picture", { type: Image, description: "The picture." }),
  }),
});

const ImageConnection = builder.objectRef<PicturePage>("ImageConnection").implement({
  description: "A page of the gallery.",
  fields: (t) => ({
    edges: t.expose("edges", { type: [ImageEdge], description: "The pictures of this page, newest first." }),
    pageInfo: t.field({
      type: builder.pageInfoRef(),
      description: "Where the page stands.",
      resolve: (page) => pageInfo(page, page.edges),
    }),
    totalCount: t.exposeInt("totalCount", { description: "How many pictures the whole gallery has." }),
  }),
});

builder.queryField("images", (t) =>
  t.field({
    type: ImageConnection,
    description: "The gallery, newest first.",
    extensions: { cost: { own: 5, times: "first" } satisfies FieldCost },
    args: {
      first: t.arg.int({ defaultValue: defaults.images, description: `How many at most, ${spanOf(bounds.first)}.` }),
      after: t.arg.string({ description: "The cursor after which the page begins." }),
    },
    resolve: (_root, args, context) => pageImages(args, context),
  }),
);

const AddImageInput = builder.inputType("AddImageInput", {
  description: "A picture to add.",
  fields: (t) => ({
    image: t.field({ type: ImageInput, required: true, description: "The picture." }),
    caption: t.string({ description: "What to remember of it." }),
  }),
});

const AddImagesInput = builder.inputType("AddImagesInput", {
  description: "Pictures to add to the gallery.",
  fields: (t) => ({
    images: t.field({
      type: [AddImageInput],
      required: true,
      description: `${spanOf(bounds.pictures)} pictures: all are added, or none.`,
    }),
  }),
});

const AddImagesPayload = builder.objectRef<{ readonly images: readonly Picture[] }>("AddImagesPayload").implement({
  description: "What was added.",
  fields: (t) => ({
    images: t.expose("images", { type: [Image], description: "The pictures, in the order in which they were given." }),
  }),
});

const RemoveImagesInput = builder.inputType("RemoveImagesInput", {
  description: "Pictures to remove from the gallery.",
  fields: (t) => ({
    ids: t.idList({ required: true, description: `Ids of ${spanOf(bounds.pictures)} Images.` }),
  }),
});

const RemoveImagesPayload = builder
  .objectRef<{ readonly removedIds: readonly string[] }>("RemoveImagesPayload")
  .implement({
    description: "What was removed.",
    fields: (t) => ({
      removedIds: t.idList({
        description: "The ids of those that were there.",
        resolve: ({ removedIds }) => removedIds,
      }),
    }),
  });

builder.mutationField("addImages", (t) =>
  t.field({
    type: AddImagesPayload,
    nullable: true,
    description:
      "Adds pictures to the gallery. One that is there already stays, and takes the new caption if there is one. An error about one of them says by extensions.argument which, such as `images[1]`, and by extensions.reason what is wrong with it.",
    extensions: { cost: { plus: { input: 50 }, times: "input", plan: planAddImages } satisfies FieldCost },
    args: { input: t.arg({ type: AddImagesInput, required: true, description: "What to add." }) },
    resolve: async (_root, { input }, context) => ({ images: await addImages(input.images, context) }),
  }),
);

builder.mutationField("removeImages", (t) =>
  t.field({
    type: RemoveImagesPayload,
    nullable: true,
    description: "Removes pictures from the gallery, with their files and embeddings.",
    extensions: { cost: { own: 10 } satisfies FieldCost },
    args: { input: t.arg({ type: RemoveImagesInput, required: true, description: "What to remove." }) },
    resolve: async (_root, { input }, context) => ({ removedIds: await removeImages(input.ids, context) }),
  }),
);
