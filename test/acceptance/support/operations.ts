import { expect } from "vitest";
import { answerOf, ask, type Answer, type AskOptions } from "./graph.ts";
import { drawScene, endingOf, type Scene } from "./pictures.ts";

export interface Timing {
  readonly totalMs: number;
  readonly encodeBatch: number;
  readonly decodeBatch: number;
  readonly imageCacheHit: boolean;
}

export interface Said {
  readonly text: string;
  readonly timing: Timing;
}

export interface CaptionData {
  readonly caption: Said | null;
}

const captionQuery = `query ($image: ImageInput!, $model: ID, $options: GenerationOptions) {
  caption(image: $image, model: $model, options: $options) {
    text timing { totalMs encodeBatch decodeBatch imageCacheHit }
  }
}`;

/** The bytes as an ImageInput. */
export function inBase64(bytes: Uint8Array): { readonly base64: string } {
  return { base64: Buffer.from(bytes).toString("base64") };
}

/** Asks for a picture's caption. */
export function caption(
  url: string,
  image: object,
  { variables = {}, ...options }: AskOptions = {},
): Promise<Answer<CaptionData>> {
  return ask<CaptionData>(url, captionQuery, { ...options, variables: { image, ...variables } });
}

/** The caption of a picture that must have one. */
export async function captionText(url: string, bytes: Uint8Array): Promise<string> {
  const { data, errors } = await caption(url, inBase64(bytes));
  expect(errors).toEqual([]);
  return data.caption!.text;
}

/** Asks for the caption of a file by a multipart request. https://github.com/jaydenseric/graphql-multipart-request-spec */
export async function captionUpload(
  url: string,
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>> = { "graphql-require-preflight": "1" },
  options: object = {},
): Promise<Answer<CaptionData>> {
  const body = new FormData();
  body.append("operations", JSON.stringify({ query: captionQuery, variables: { image: { upload: null }, options } }));
  body.append("map", JSON.stringify({ 0: ["variables.image.upload"] }));
  body.append("0", new Blob([Buffer.from(bytes)]), "picture.png");
  return answerOf<CaptionData>(await fetch(`${url}/graphql`, { method: "POST", headers, body }));
}

/** Sends fields that speak of some pictures by variables; all must be answered. */
export async function askAbout<T>(url: string, fields: string, pictures: Readonly<Record<string, Scene>>): Promise<T> {
  const declared = Object.keys(pictures).map((name) => `$${name}: ImageInput!`);
  const variables = Object.fromEntries(Object.entries(pictures).map(([name, { png }]) => [name, inBase64(png)]));
  const { data, errors } = await ask<T>(url, `query (${declared.join(", ")}) { ${fields} }`, { variables });
  expect(errors).toEqual([]);
  return data;
}

/** The server answers, and truly: for the end of a test that gave it something to swallow. */
export async function expectHealthy(url: string): Promise<void> {
  const scene: Scene = await drawScene("green", 1);
  expect(await captionText(url, scene.png)).toContain(endingOf("green"));
}
