import type { ServerResponse } from "node:http";
import type { ClientCode } from "./client-error.ts";

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

/** For a path that is only for reading. */
export function refuseMethod(response: ServerResponse): void {
  response.setHeader("allow", "GET, HEAD");
  sendError(response, 405, { code: "BAD_USER_INPUT", message: "Only GET and HEAD are taken at this path." });
}
