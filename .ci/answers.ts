import { deepEqual, equal, ok } from "node:assert/strict";
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

/** A picture belongs with its own caption, and not with that of the next. */
export async function matchesCaptions(graph: Graph, examples: readonly Example[]): Promise<void> {
  const document = `query ($image: ImageInput!, $own: String!, $other: String!) {
    own: match(image: $image, text: $own) { probability }
    other: match(image: $image, text: $other) { probability }
  }`;
  for (const [i, { picture, caption }] of examples.entries()) {
    const variables = { own: caption, other: examples[(i + 1) % examples.length]!.caption };
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

/** A picture is the first that its caption finds. */
export async function findsByText(graph: Graph, examples: readonly Example[]): Promise<void> {
  const document =
    "query ($text: String!) { retrieveImages(text: $text, first: 3) { edges { node { sha256 caption } } } }";
  for (const { caption, sha256 } of examples) {
    const { retrieveImages } = await query<{ retrieveImages: Pictures }>(graph, document, { text: caption });
    const first = retrieveImages.edges[0]?.node;
    ok(first?.sha256 === sha256, `"${caption}" finds ${first?.caption ?? "nothing"} first`);
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
