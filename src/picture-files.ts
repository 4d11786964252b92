import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Gallery, PictureFile } from "../gallery/gallery.ts";
import { InferenceError } from "../inference/index.ts";
import { sendError } from "./respond.ts";

const pattern = /^\/images\/([0-9a-f]{64})$/;

/** Formats that browsers show and that cannot run script. */
const contentTypes: Readonly<Record<PictureFile["format"], string>> = {
  png: "image/png",
  jpeg: "image/jpeg",
  webp: "image/webp",
  gif: "image/gif",
  avif: "image/avif",
};

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Sends the file of a picture of the gallery, whose path is its content's hash and so never changes its meaning. */
export async function sendPicture(
  path: string,
  { request, response, gallery }: Exchange & { readonly gallery: Gallery },
): Promise<void> {
  const id = pattern.exec(path)?.[1];
  const picture = id === undefined ? undefined : await findPicture(id, gallery);
  if (!picture) {
    sendError(response, 404, { code: "NOT_FOUND", message: "There is no such picture." });
    return;
  }
  setHeaders(response, picture);
  if (isKnown(request, picture)) response.writeHead(304).end();
  else await sendFile(picture, { request, response });
}

async function sendFile({ file, format }: PictureFile, { request, response }: Exchange): Promise<void> {
  const { size } = await stat(file);
  response.writeHead(200, { "content-type": contentTypes[format], "content-length": size });
  if (request.method === "HEAD") response.end();
  else await pipeline(createReadStream(file), response).catch(ignoreClientGone);
}

function ignoreClientGone(error: NodeJS.ErrnoException): void {
  if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
}

async function findPicture(id: string, gallery: Gallery): Promise<PictureFile | undefined> {
  try {
    return await gallery.pictureFile(id);
  } catch (error) {
    if (error instanceof InferenceError && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
}

function setHeaders(response: ServerResponse, { sha256 }: PictureFile): void {
  response.setHeader("etag", `"${sha256}"`);
  response.setHeader("cache-control", "public, max-age=31536000, immutable");
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("content-security-policy", "default-src 'none'; sandbox");
}

function isKnown(request: IncomingMessage, { sha256 }: PictureFile): boolean {
  const known = (request.headers["if-none-match"] ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return known.includes(`"${sha256}"`) || known.includes("*");
}
