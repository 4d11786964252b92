import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { TenantGallery } from "../gallery/galleries.ts";
import type { PictureFile } from "../gallery/gallery.ts";
import { type CopyWidth, copyWidths } from "../gallery/limits.ts";
import { InferenceError } from "../inference/index.ts";
import { sendCopy } from "./picture-copies.ts";
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
  const { request, response, gallery } = exchange;
  const id = pattern.exec(path)?.[1];
  const picture = id === undefined ? undefined : await findPicture(id, gallery);
  const width = askedWidth(request);
  if (!picture) sendNotFound(response, "There is no such picture.");
  else if (width === undefined) await sendUnlessKnown(picture.sha256, exchange, () => sendFile(picture, exchange));
  else if (width === "unknown") sendNotFound(response, `Copies are made in the widths ${copyWidths.join(", ")}.`);
  else await sendCopyOf(picture, width, exchange);
}

function sendCopyOf({ sha256: id }: PictureFile, width: CopyWidth, exchange: PictureExchange): Promise<void> {
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

async function sendFile({ file, format, sha256 }: PictureFile, exchange: PictureExchange): Promise<void> {
  const { request, response } = exchange;
  const { size } = await stat(file);
  setConstant(exchange, sha256);
  response.writeHead(200, { "content-type": contentTypes[format], "content-length": size });
  if (request.method === "HEAD") response.end();
  else await pipeline(createReadStream(file), response).catch(ignoreClientGone);
}

function ignoreClientGone(error: NodeJS.ErrnoException): void {
  if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
}

async function findPicture(id: string, gallery: TenantGallery): Promise<PictureFile | undefined> {
  try {
    return await gallery.pictureFile(id);
  } catch (error) {
    if (error instanceof InferenceError && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
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
