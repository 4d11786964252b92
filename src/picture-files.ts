import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { TenantGallery } from "../gallery/galleries.ts";
import { type CopyWidth, copyWidths } from "../gallery/limits.ts";
import type { Picture } from "../gallery/store.ts";
import { InferenceError } from "../inference/index.ts";
import { sendCopy, sendProblem } from "./picture-copies.ts";
import { sendError } from "./respond.ts";

const pattern = /^\/images\/([0-9a-f]{64})$/;

/** Formats that browsers show and that cannot run script. */
const contentTypes: Readonly<Record<Picture["format"], string>> = {
  png: "image/png",
  jpeg: "image/jpeg",
  webp: "image/webp",
  gif: "image/gif",
  avif: "image/avif",
};

export interface PictureExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Who asks. */
  readonly client: string;
  readonly gallery: TenantGallery;
  /** Whether everybody may see it, and so any cache keep it for others. */
  readonly isPublic: boolean;
}

/**
 * Sends the file of a picture of the gallery, whose path is its content's hash and so never changes its meaning; with a
 * width, a copy that is no wider and no higher.
 */
export async function sendPicture(path: string, exchange: PictureExchange): Promise<void> {
  try {
    await sendFound(path, exchange);
  } catch (error) {
    if (!(error instanceof InferenceError)) throw error;
    sendProblem(exchange.response, error);
  }
}

async function sendFound(path: string, exchange: PictureExchange): Promise<void> {
  const { request, response, gallery } = exchange;
  const id = pattern.exec(path)?.[1];
  const [picture] = id === undefined ? [] : await gallery.getMany([id]);
  const width = askedWidth(request);
  if (!picture) sendNotFound(response, "There is no such picture.");
  else if (width === undefined) await sendUnlessKnown(picture.id, exchange, () => sendFile(picture, exchange));
  else if (width === "unknown") sendNotFound(response, `Copies are made in the widths ${copyWidths.join(", ")}.`);
  else await sendCopyOf(picture, width, exchange);
}

function sendCopyOf({ id }: Picture, width: CopyWidth, exchange: PictureExchange): Promise<void> {
  const tag = `${id}-${width}`;
  const setHeaders = (): void => setConstant(exchange, tag);
  return sendUnlessKnown(tag, exchange, () => sendCopy({ id, width }, { ...exchange, setHeaders }));
}

/** By the tag that the client names, it may have it. */
async function sendUnlessKnown(tag: string, exchange: PictureExchange, send: () => Promise<void>): Promise<void> {
  const { request, response } = exchange;
  if (!isKnown(request, tag)) return send();
  setConstant(exchange, tag);
  response.writeHead(304).end();
}

/** Asked only about the picture, nobody waits for its file, which may have to be fetched. */
async function sendFile({ id, format, byteSize }: Picture, exchange: PictureExchange): Promise<void> {
  const { request, response, gallery } = exchange;
  const file = request.method === "HEAD" ? undefined : (await gallery.pictureFile(id)).file;
  const size = file === undefined ? byteSize : (await stat(file)).size;
  setConstant(exchange, id);
  response.writeHead(200, { "content-type": contentTypes[format], "content-length": size });
  if (file === undefined) response.end();
  else await pipeline(createReadStream(file), response).catch(ignoreClientGone);
}

function ignoreClientGone(error: NodeJS.ErrnoException): void {
  if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
}

function sendNotFound(response: ServerResponse, message: string): void {
  sendError(response, 404, { code: "NOT_FOUND", message });
}

/** Of the copy that is wanted; undefined where the picture itself is. */
function askedWidth({ url = "" }: IncomingMessage): CopyWidth | "unknown" | undefined {
  const asked = new URLSearchParams(url.split("?")[1]).get("width");
  return asked === null ? undefined : (copyWidths.find((width) => String(width) === asked) ?? "unknown");
}

/** What is sent under this tag never changes. */
function setConstant({ response, isPublic }: PictureExchange, tag: string): void {
  response.setHeader("etag", `"${tag}"`);
  response.setHeader("cache-control", `${isPublic ? "public" : "private"}, max-age=31536000, immutable`);
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("content-security-policy", "default-src 'none'; sandbox");
}

function isKnown(request: IncomingMessage, tag: string): boolean {
  const known = (request.headers["if-none-match"] ?? "").split(",").map((each) => each.trim().replace(/^W\//, ""));
  return known.includes(`"${tag}"`) || known.includes("*");
}
