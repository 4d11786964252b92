import type { Timing } from "../inference/index.ts";
import { queryWithPicture, type Graph, type PictureFile } from "./graphql.ts";

/** Of every caption, so that runs compare. */
export const TOKENS = 16;

type Measured = Pick<Timing, "queueMs" | "preprocessMs" | "encodeMs" | "decodeMs" | "encodeBatch" | "decodeBatch">;

/** A caption that was asked for. */
export interface CaptionSample {
  /** From sending to having the answer, as the client sees it. */
  readonly latencyMs: number;
  /** Within the worker. */
  readonly timing: Measured;
}

const DOCUMENT = `query Caption($image: ImageInput!) {
  caption(image: $image, options: { maxTokens: ${TOKENS}, minTokens: ${TOKENS} }) {
    tokens
    timing { queueMs preprocessMs encodeMs decodeMs encodeBatch decodeBatch }
  }
}`;

interface CaptionAnswer {
  readonly caption: { readonly tokens: number; readonly timing: Measured };
}

/** Uploads a picture and has it captioned. */
export async function requestCaption(graph: Graph, picture: PictureFile): Promise<CaptionSample> {
  const start = performance.now();
  const { caption } = await queryWithPicture<CaptionAnswer>(graph, DOCUMENT, { picture });
  const latencyMs = performance.now() - start;
  if (caption.tokens !== TOKENS) throw new Error(`A caption has ${caption.tokens} tokens where ${TOKENS} were asked.`);
  return { latencyMs, timing: caption.timing };
}

/** What the worker spent; the rest of the latency is HTTP, the upload, GraphQL, and the way to the worker and back. */
export function inWorkerMs({ timing }: CaptionSample): number {
  return timing.queueMs + timing.preprocessMs + timing.encodeMs + timing.decodeMs;
}
