import type { ServerResponse } from "node:http";
import type { ClientCode } from "./client-error.ts";
import type { Overload } from "./door.ts";

/** Sends JSON that no cache keeps. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(text);
}

/** Sends an error in the form of GraphQL's own. */
export function sendError(
  response: ServerResponse,
  status: number,
  { code, message }: { readonly code: ClientCode; readonly message: string },
): void {
  sendJson(response, status, { errors: [{ message, extensions: { code } }] });
}

/**
 * Sends the error of one who comes too often, as the graph would: 503 where there is no room, 429 where there is too little
 * left of what they may use. What is left of the body is thrown away as it comes.
 */
export function sendOverload(
  response: ServerResponse,
  { message, ...extensions }: Overload,
  status: 429 | 503 = 503,
): void {
  response.setHeader("retry-after", Math.ceil(extensions.retryAfterMs / 1_000));
  sendJson(response, status, { errors: [{ message, extensions }] });
}

/** For a path that is only for reading. */
export function refuseMethod(response: ServerResponse): void {
  response.setHeader("allow", "GET, HEAD");
  sendError(response, 405, { code: "BAD_USER_INPUT", message: "Only GET and HEAD are taken at this path." });
}
