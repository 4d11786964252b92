import type { IncomingMessage, ServerResponse } from "node:http";
import { csrfHeaders } from "./csrf.ts";
import { requestIdHeader } from "./request-scope.ts";
import { traceHeaders } from "./traces.ts";

/**
 * Lets pages of the listed origins read the answer, and answers their preflights; to all others it says nothing, so that
 * their browsers refuse. Answers whether the request was a preflight and is done. https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function handleCors(
  origins: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): "done" | "go on" {
  const { origin } = request.headers;
  if (origins.length > 0) response.setHeader("vary", "origin");
  if (origin !== undefined && origins.includes(origin)) response.setHeader("access-control-allow-origin", origin);
  if (response.hasHeader("access-control-allow-origin"))
    response.setHeader("access-control-expose-headers", requestIdHeader);
  if (request.method !== "OPTIONS" || request.headers["access-control-request-method"] === undefined) return "go on";
  if (response.hasHeader("access-control-allow-origin")) allowMethods(response);
  response.writeHead(204).end();
  return "done";
}

function allowMethods(response: ServerResponse): void {
  response.setHeader("access-control-allow-methods", "GET, HEAD, POST");
  response.setHeader(
    "access-control-allow-headers",
    ["content-type", "authorization", "x-api-key", requestIdHeader, ...traceHeaders, ...csrfHeaders].join(", "),
  );
  response.setHeader("access-control-max-age", 600);
}
