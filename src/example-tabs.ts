import { readFileSync } from "node:fs";
import { encodeGlobalId } from "../resolvers/global-id.ts";
import type { ExamplePicture } from "./example-pictures.ts";

/** A tab of GraphiQL. */
export interface ExampleTab {
  readonly query: string;
  readonly variables: string;
}

type Variables = Readonly<Record<string, unknown>>;

/** What the tabs are about; the first picture is the one that most of them show. */
export interface ExampleSubjects {
  /** Bundled pictures that are in the gallery, at least one. */
  readonly pictures: readonly [ExamplePicture, ...ExamplePicture[]];
}

const colors = ["white", "black", "red", "yellow", "green", "blue", "purple", "pink"];

/** The example documents after the first, in the order of their tabs, with variables that fit the pictures. */
const tabs: readonly { readonly file: string; readonly variables: (subjects: ExampleSubjects) => Variables }[] = [
  {
    file: "ask",
    variables: ({ pictures: [picture] }) => ({
      image: byId(picture),
      question: picture.questions[0] ?? "how many objects are there?",
      another: picture.questions[1] ?? "what is in the picture?",
    }),
  },
  {
    file: "choose",
    variables: ({ pictures: [picture] }) => ({
      image: byId(picture),
      question: "what color is the background?",
      choices: colors,
    }),
  },
  {
    file: "match",
    variables: ({ pictures: [picture, other] }) => ({
      image: byId(picture),
      true: picture.caption,
      false: other?.caption ?? "nothing at all",
    }),
  },
  { file: "search-by-text", variables: ({ pictures: [picture] }) => ({ text: picture.caption }) },
  { file: "search-by-image", variables: ({ pictures: [picture] }) => ({ image: byId(picture) }) },
  {
    file: "rank-texts",
    variables: ({ pictures }) => ({
      image: byId(pictures[0]),
      texts: pictures
        .slice(0, 5)
        .map(({ caption }) => caption)
        .toSorted(),
    }),
  },
  { file: "upload", variables: ({ pictures }) => ({ image: inBase64(smallest(pictures)) }) },
  { file: "gallery", variables: () => ({ first: 3, after: null }) },
  { file: "models", variables: () => ({}) },
  { file: "scheduler", variables: () => ({}) },
];

/** The tabs with which GraphiQL opens. */
export function exampleTabs(subjects: ExampleSubjects): readonly ExampleTab[] {
  return [firstTab(subjects), ...tabs.map(({ file, variables }) => tabOf(exampleDocument(file), variables(subjects)))];
}

/** GraphiQL forgets the variables of the tab that it opens with, so that one has its picture in the document itself. */
function firstTab({ pictures: [picture] }: ExampleSubjects): ExampleTab {
  const image = `{ id: ${JSON.stringify(encodeGlobalId("Image", picture.id))} }`;
  return tabOf(exampleDocument("caption").replace("($image: ImageInput!)", "").replace("$image", image), {});
}

function tabOf(query: string, variables: Variables): ExampleTab {
  return { query, variables: JSON.stringify(variables, undefined, 2) };
}

/** The text of schema/examples/<name>.graphql. */
export function exampleDocument(name: string): string {
  return readFileSync(new URL(`../schema/examples/${name}.graphql`, import.meta.url), "utf8");
}

function byId({ id }: ExamplePicture): Variables {
  return { id: encodeGlobalId("Image", id) };
}

function inBase64({ bytes }: ExamplePicture): Variables {
  return { base64: `data:image/png;base64,${bytes.toString("base64")}` };
}

function smallest(pictures: readonly [ExamplePicture, ...ExamplePicture[]]): ExamplePicture {
  return pictures.reduce((a, b) => (b.bytes.length < a.bytes.length ? b : a));
}
