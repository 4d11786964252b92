import type { PictureFile } from "../graphql.ts";
import { type Body, inNewBytes, uploadBody } from "./upload.ts";

/** What each request of a crowd asks for. */
export type CrowdWork =
  /** A caption of a new picture. */
  | { readonly kind: "caption"; readonly family: string; readonly tokens: number }
  /** So many new pictures for the gallery, which embeds them. */
  | { readonly kind: "index"; readonly pictures: number };

/** Bytes by which pictures differ in length, as those of people do. */
const LENGTHS = 1009;

/** A request after the other, whose pictures no server has seen; `mark` sets them apart from those of other rounds. */
export function crowdWork(
  { work, seed }: { readonly work: CrowdWork; readonly seed: number },
  pictures: readonly PictureFile[],
  mark: string,
): () => Body {
  let count = 0;
  const picture = (): PictureFile => {
    const name = ` ${seed} ${mark} ${count}`;
    // A prime and a step that has nothing in common with it: all lengths, in no order.
    const length = name.length + ((367 * count) % LENGTHS);
    return inNewBytes(pictures[count++ % pictures.length]!, name.padEnd(length));
  };
  const [document, perRequest] = work.kind === "caption" ? [captionOf(work), 1] : [indexOf(work), work.pictures];
  return () => uploadBody(document, Array.from({ length: perRequest }, picture));
}

function captionOf({ family, tokens }: Extract<CrowdWork, { kind: "caption" }>): string {
  const options = `{ maxTokens: ${tokens}, minTokens: ${tokens} }`;
  return `query Crowd($image0: ImageInput!) {
    caption(image: $image0, family: ${family}, options: ${options}) { tokens }
  }`;
}

function indexOf({ pictures }: Extract<CrowdWork, { kind: "index" }>): string {
  const names = Array.from({ length: pictures }, (_, i) => `image${i}`);
  return `mutation Crowd(${names.map((name) => `$${name}: ImageInput!`).join(", ")}) {
    addImages(input: { images: [${names.map((name) => `{ image: $${name} }`).join(", ")}] }) { images { id } }
  }`;
}
