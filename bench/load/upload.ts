import type { PictureFile } from "../graphql.ts";

/** What is posted to a graph. */
export interface Body {
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

const BOUNDARY = "triptych-load";
const END = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);

/** An operation as JSON. */
export function jsonBody(query: string, variables: object): Body {
  const bytes = Buffer.from(JSON.stringify({ query, variables }));
  return { headers: { "content-type": "application/json" }, bytes };
}

/**
 * An operation with pictures as `$image0`, `$image1` and so on, by the GraphQL multipart request specification: put together by hand, since a
 * load of thousands of FormData would measure itself.
 */
export function uploadBody(query: string, pictures: readonly PictureFile[]): Body {
  const variables = Object.fromEntries(pictures.map((_, i) => [`image${i}`, { upload: null }]));
  const operations = JSON.stringify({ query, variables });
  const map = Object.fromEntries(pictures.map((_, i) => [i, [`variables.image${i}.upload`]]));
  const fields = [field("operations", operations), field("map", JSON.stringify(map))];
  const files = pictures.flatMap(({ name, type, bytes }, i) => [
    part(`name="${i}"; filename="${name}"`, `content-type: ${type}\r\n`),
    bytes,
  ]);
  const headers = { "content-type": `multipart/form-data; boundary=${BOUNDARY}`, "x-graphql-yoga-csrf": "1" };
  return { headers, bytes: Buffer.concat([...fields, ...files, END]) };
}

function field(name: string, text: string): Buffer {
  return Buffer.concat([part(`name="${name}"`, ""), Buffer.from(text)]);
}

function part(disposition: string, headers: string): Buffer {
  return Buffer.from(`\r\n--${BOUNDARY}\r\ncontent-disposition: form-data; ${disposition}\r\n${headers}\r\n`);
}

/** The same picture in bytes that no server has seen: what stands behind a JPEG's end is not looked at. */
export function inNewBytes(picture: PictureFile, mark: string): PictureFile {
  return { ...picture, bytes: new Uint8Array(Buffer.concat([picture.bytes, Buffer.from(mark)])) };
}
