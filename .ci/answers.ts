import { deepEqual, equal, ok } from "node:assert/strict";
import { chat, type ChatTurn } from "../bench/chat.ts";
import { query, queryWithPicture, type Graph } from "../bench/graphql.ts";
import type { Example } from "./examples.ts";

/** What the server must answer truly, as its first visitor would ask. Each rejects where it does not. */

/** Caption of a picture of the gallery, by id. */
export async function captionsFromGallery(graph: Graph, examples: readonly Example[]): Promise<void> {
  const ids = await galleryIds(graph);
  for (const { sha256, caption } of examples) {
    const document = "query ($id: ID!) { caption(image: { id: $id }) { text } }";
    const answer = await query<{ caption: { text: string } }>(graph, document, { id: ids.get(sha256) });
    equal(answer.caption.text, caption);
  }
}

/** Caption of an uploaded file. */
export async function captionsUploads(graph: Graph, examples: readonly Example[]): Promise<void> {
  const document = "query ($image: ImageInput!) { caption(image: $image) { text } }";
  for (const { picture, caption } of examples) {
    const answer = await queryWithPicture<{ caption: { text: string } }>(graph, document, { picture });
    equal(answer.caption.text, caption);
  }
}

/** Every question that the examples come with. */
export async function answersQuestions(graph: Graph, examples: readonly Example[]): Promise<void> {
  const document =
    "query ($image: ImageInput!, $question: String!) { vqa(image: $image, question: $question) { text } }";
  for (const { picture, questions } of examples) {
    for (const { question, answer } of questions) {
      const variables = { question };
      const { vqa } = await queryWithPicture<{ vqa: { text: string } }>(graph, document, { picture, variables });
      deepEqual({ question, answer: vqa.text }, { question, answer });
    }
  }
}

/** The three families side by side: each describes the picture, and each answers what is asked of it. */
export async function comparesFamilies(graph: Graph, examples: readonly Example[]): Promise<void> {
  const document = `query ($image: ImageInput!, $question: String!) {
    described: compare(image: $image) { model { family } text error { code message } }
    answered: compare(image: $image, question: $question) { model { family } text error { code message } }
  }`;
  for (const { picture, caption, questions } of examples) {
    const { question, answer } = questions[0]!;
    const variables = { question };
    const { described, answered } = await queryWithPicture<Compared>(graph, document, { picture, variables });
    deepEqual(described, sideBySide(caption));
    deepEqual(answered, sideBySide(answer));
  }
}

interface Compared {
  readonly described: readonly object[];
  readonly answered: readonly object[];
}

function sideBySide(text: string): readonly object[] {
  return ["BLIP", "BLIP2", "LLAVA"].map((family) => ({ model: { family }, text, error: null }));
}

/** A conversation about each picture, turn by turn, every other turn over WebSocket, the others over SSE. */
export async function converses(graph: Graph, examples: readonly Example[]): Promise<void> {
  for (const { picture, conversation } of examples) {
    const images = [{ base64: Buffer.from(picture.bytes).toString("base64") }];
    const messages: ChatTurn[] = [];
    for (const [turn, { question, answer }] of conversation.entries()) {
      messages.push({ role: "USER", text: question, ...(turn === 0 && { images }) });
      const { text } = await chat(graph, { messages, transport: turn % 2 === 0 ? "WebSocket" : "SSE" });
      deepEqual({ picture: picture.name, question, answer: text }, { picture: picture.name, question, answer });
      messages.push({ role: "ASSISTANT", text });
    }
  }
}

/** A picture belongs with its own caption, and not with that of the next; each family that matches says so. */
export async function matchesCaptions(graph: Graph, examples: readonly Example[]): Promise<void> {
  for (const family of ["BLIP", "BLIP2"]) await matchesCaptionsWith(graph, examples, family);
}

async function matchesCaptionsWith(graph: Graph, examples: readonly Example[], family: string): Promise<void> {
  const document = `query ($image: ImageInput!, $own: String!, $other: String!, $family: ModelFamily!) {
    own: match(image: $image, text: $own, family: $family) { probability }
    other: match(image: $image, text: $other, family: $family) { probability }
  }`;
  for (const [i, { picture, caption }] of examples.entries()) {
    const variables = { family, own: caption, other: examples[(i + 1) % examples.length]!.caption };
    const answer = await queryWithPicture<Matches>(graph, document, { picture, variables });
    ok(answer.own.probability > 0.5, `"${variables.own}" has only ${answer.own.probability}`);
    ok(
      answer.other.probability < 0.5,
      `"${variables.other}", which is of another picture, has ${answer.other.probability}`,
    );
  }
}

interface Matches {
  readonly own: { readonly probability: number };
  readonly other: { readonly probability: number };
}

/** A picture is the first that its caption finds, with each family that searches. */
export async function findsByText(graph: Graph, examples: readonly Example[]): Promise<void> {
  const document = `query ($text: String!, $family: ModelFamily!) {
    retrieveImages(text: $text, family: $family, first: 3) { edges { node { sha256 caption } } }
  }`;
  for (const family of ["BLIP", "BLIP2"]) {
    for (const { caption: text, sha256 } of examples) {
      const { retrieveImages } = await query<{ retrieveImages: Pictures }>(graph, document, { text, family });
      const first = retrieveImages.edges[0]?.node;
      ok(first?.sha256 === sha256, `with ${family}, "${text}" finds ${first?.caption ?? "nothing"} first`);
    }
  }
}

/** How many pictures the gallery has. */
export async function countPictures(graph: Graph): Promise<number> {
  const { images } = await query<{ images: { totalCount: number } }>(graph, "{ images(first: 1) { totalCount } }");
  return images.totalCount;
}

interface Pictures {
  readonly edges: readonly {
    readonly node: { readonly id: string; readonly sha256: string; readonly caption: string };
  }[];
}

/** sha256 → id */
async function galleryIds(graph: Graph): Promise<ReadonlyMap<string, string>> {
  const { images } = await query<{ images: Pictures }>(
    graph,
    "{ images(first: 100) { edges { node { id sha256 } } } }",
  );
  return new Map(images.edges.map(({ node }) => [node.sha256, node.id]));
}
