import type { TaskName } from "../../inference/index.ts";
import { chat } from "../chat.ts";
import { query, queryWithPicture, type Graph, type PictureFile } from "../graphql.ts";
import { addPictures } from "../measure-chat.ts";

const TOKENS = 16;

/** What a served model was asked, and how it took. */
export interface Asked {
  readonly what: string;
  /** From sending to having the answer. */
  readonly seconds: number;
  readonly tokensPerSecond?: number;
  /** What it said, which is nonsense. */
  readonly said: string;
}

export interface AskedModel {
  readonly family: string;
  readonly tasks: readonly TaskName[];
}

/** Asks a server's one model everything that it can do about a picture, as clients do. Throws where any of it fails. */
export async function askEverything(
  graph: Graph,
  { family, tasks }: AskedModel,
  [first, second]: readonly [PictureFile, PictureFile],
): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  for (const task of tasks) asked.push(...(await asking[task]({ graph, family, first, second })));
  return asked;
}

interface Asking {
  readonly graph: Graph;
  readonly family: string;
  readonly first: PictureFile;
  readonly second: PictureFile;
}

const asking: Readonly<Record<TaskName, (asking: Asking) => Promise<readonly Asked[]>>> = {
  CAPTION: async ({ graph, family, first, second }) => [
    await timed("first caption", () => caption(graph, family, first)),
    await timed("caption", () => caption(graph, family, second)),
  ],
  VQA: async ({ graph, family, first, second }) => [
    await timed("first answer", () => answer(graph, family, first)),
    await timed("answer", () => answer(graph, family, second)),
  ],
  MATCH: async ({ graph, family, first, second }) => [
    await timed("first match", () => match(graph, family, first)),
    await timed("match", () => match(graph, family, second)),
  ],
  EMBED: async ({ graph, family, first, second }) => [
    await timed("two pictures added", () => addPictures(graph, [first, second]).then((ids) => ids.join(" "))),
    await timed("search", () => search(graph, family)),
  ],
  CHAT: async ({ graph, family, first }) => {
    const [id] = await addPictures(graph, [first]);
    const messages = [{ role: "USER", text: "What is this?", images: [{ id: id! }] }] as const;
    const start = performance.now();
    const sample = await chat(graph, { messages, transport: "SSE", family, tokens: 2 * TOKENS });
    const [firstAt, lastAt] = [sample.deltaTimes[0]!, sample.deltaTimes.at(-1)!];
    const tokensPerSecond = (sample.completionTokens - 1) / ((lastAt - firstAt) / 1000);
    const said = sample.text;
    const what = `first token after ${sample.promptTokens}`;
    return [{ what, seconds: (firstAt - start) / 1000, tokensPerSecond, said }];
  },
};

async function timed(what: string, ask: () => Promise<string>): Promise<Asked> {
  const start = performance.now();
  const said = await ask();
  return { what, seconds: (performance.now() - start) / 1000, said };
}

const OPTIONS = `{ maxTokens: ${TOKENS}, minTokens: ${TOKENS} }`;

async function caption(graph: Graph, family: string, picture: PictureFile): Promise<string> {
  const document = `query Caption($image: ImageInput!) {
    caption(image: $image, family: ${family}, options: ${OPTIONS}) { text }
  }`;
  const data = await queryWithPicture<{ caption: { text: string } }>(graph, document, { picture });
  return data.caption.text;
}

async function answer(graph: Graph, family: string, picture: PictureFile): Promise<string> {
  const document = `query Answer($image: ImageInput!) {
    vqa(image: $image, family: ${family}, question: "What is this?", options: ${OPTIONS}) { text }
  }`;
  const data = await queryWithPicture<{ vqa: { text: string } }>(graph, document, { picture });
  return data.vqa.text;
}

async function match(graph: Graph, family: string, picture: PictureFile): Promise<string> {
  const document = `query Match($image: ImageInput!) {
    match(image: $image, family: ${family}, text: "a picture of two cats") { probability similarity }
  }`;
  const data = await queryWithPicture<{ match: { probability: number; similarity: number } }>(graph, document, {
    picture,
  });
  return `${data.match.probability}, ${data.match.similarity}`;
}

async function search(graph: Graph, family: string): Promise<string> {
  const document = `{ retrieveImages(text: "two cats", family: ${family}) { edges { node { id } } } }`;
  interface Found {
    readonly retrieveImages: { readonly edges: readonly { readonly node: { readonly id: string } }[] };
  }
  const { retrieveImages } = await query<Found>(graph, document);
  if (retrieveImages.edges.length < 2) throw new Error(`${retrieveImages.edges.length} of 2 pictures were found.`);
  return retrieveImages.edges.map(({ node }) => node.id).join(" ");
}
