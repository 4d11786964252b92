import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelInfo } from "../inference/index.ts";
import { encodeGlobalId } from "../resolvers/global-id.ts";
import type { ExamplePicture } from "./example-pictures.ts";
import { projectRoot } from "./project-root.ts";

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
  /** The served models: a tab that none of them could answer is left out. */
  readonly models: readonly ModelInfo[];
}

const colors = ["white", "black", "red", "yellow", "green", "blue", "purple", "pink"];

/** The example documents after the first, in the order of their tabs, with variables that fit the pictures. */
const tabs: readonly {
  readonly file: string;
  /** Undefined where no model could answer. */
  readonly variables: (subjects: ExampleSubjects) => Variables | undefined;
}[] = [
  {
    file: "ask",
    variables: ({ pictures: [picture] }) => ({
      image: byId(picture),
      question: questionAbout(picture),
      another: picture.questions[1] ?? "what is in the picture?",
    }),
  },
  { file: "compare-stream", variables: ({ pictures: [picture], models }) => comparison(picture, models) },
  { file: "chat", variables: ({ pictures: [picture], models }) => conversation(picture, models) },
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
  const others = tabs.flatMap(({ file, variables: of }) => {
    const variables = of(subjects);
    return variables === undefined ? [] : [tabOf(exampleDocument(file), variables)];
  });
  return [firstTab(subjects), ...others];
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
function exampleDocument(name: string): string {
  return readFileSync(join(projectRoot, "schema", "examples", `${name}.graphql`), "utf8");
}

/** Of one model alone there is nothing to compare. */
function comparison(picture: ExamplePicture, models: readonly ModelInfo[]): Variables | undefined {
  const families = new Set(models.filter(({ tasks }) => tasks.includes("VQA")).map(({ family }) => family));
  return families.size < 2 ? undefined : { image: byId(picture), question: questionAbout(picture) };
}

/** With LLaVA, or with another that chats. */
function conversation(picture: ExamplePicture, models: readonly ModelInfo[]): Variables | undefined {
  const families = models.filter(({ tasks }) => tasks.includes("CHAT")).map(({ family }) => family);
  const family = families.includes("LLAVA") ? "LLAVA" : families[0];
  const message = { role: "USER", text: questionAbout(picture), images: [byId(picture)] };
  return family && { input: { family, messages: [message] } };
}

function questionAbout({ questions: [question = "how many objects are there?"] }: ExamplePicture): string {
  return question;
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
