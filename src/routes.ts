import type { IncomingMessage, ServerResponse } from "node:http";
import { refusing } from "./access/refusing.ts";
import { identifyReader } from "./access/session-cookie.ts";
import { answerSession, sessionPath } from "./access/session-route.ts";
import { visitorOf } from "./access/visitor.ts";
import type { ClientCode } from "./client-error.ts";
import { handleCors } from "./cors.ts";
import type { Explorer } from "./explorer.ts";
import { createGraphql, endpoint, type GraphqlParts } from "./graphql.ts";
import { isAddressedTo, pathOf, wrongHost } from "./hosts.ts";
import { lingerAfter } from "./linger.ts";
import type { OperationOptions } from "./operation.ts";
import { sendPicture } from "./picture-files.ts";
import { tooManyRequests } from "./request-quota.ts";
import { readiness, sendReadiness, type Readiness } from "./readiness.ts";
import type { OnRefusal } from "./refused-request.ts";
import { scopeOf } from "./request-scope.ts";
import { refuseMethod, sendError, sendJson, sendOverload } from "./respond.ts";
import { cutWhenStalled } from "./stalled.ts";
import { stoppingError, type Stopping } from "./stopping.ts";
import { traceParentOf, type Traces } from "./traces.ts";
import type { WebPage } from "./web-page.ts";

export interface RouteParts extends GraphqlParts {
  readonly graphql: ReturnType<typeof createGraphql>;
  /** Told of each operation that has ended. */
  readonly onOperation: OperationOptions["onEnd"];
  readonly onRefusal?: OnRefusal | undefined;
  /** GraphiQL; absent where it is switched off. */
  readonly explorer?: Explorer | undefined;
  /** The page for people; absent where it is switched off. */
  readonly webPage?: WebPage | undefined;
  readonly modelNames?: readonly string[] | undefined;
  readonly stopping: Stopping;
  /** Absent where operations are not traced. */
  readonly traces?: Traces | undefined;
}

/** Answers one request; rejects only where something unexpected happened. */
export async function route(parts: RouteParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = pathOf(request);
  response.setHeader("x-content-type-options", "nosniff");
  if (parts.stopping.hasBegun) response.setHeader("connection", "close");
  lingerAfter(request, response);
  if (!isAddressedTo(parts.config.hosts, request)) refuse(parts, response, misdirected(request));
  else if (handleCors(parts.config.origins, request, response) === "done") return;
  else if (path !== endpoint) await routePage(parts, path, { request, response });
  else if (parts.explorer && wantsPage(request)) await parts.explorer.send(request, response);
  else if (parts.stopping.hasBegun) refuse(parts, response, { status: 503, ...stoppingError });
  else await answer(parts, request, response);
}

async function answer(parts: RouteParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { graphql, config, stopping, traces, onOperation, door, access, budgets } = parts;
  cutWhenStalled(response);
  const identity = await refusing(parts, response, () => access.identify(visitorOf(request, config)));
  if (identity === undefined) return;
  const trace = traces?.begin({ protocol: "http", parent: traceParentOf(request.headers) });
  const scope = scopeOf(request, response, { identity, trace, onEnd: onOperation, stopping: stopping.cut });
  const exhausted = await tooManyRequests(budgets, identity);
  const overload = exhausted ?? door.refusalOf(identity.client, request);
  if (overload === undefined) return graphql.handle(request, response, scope);
  scope.operation.failed(overload.code);
  sendOverload(response, overload, exhausted?.code === "OVERLOADED" ? 429 : 503);
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Everything beside the graph is for reading, but for a browser's session. */
async function routePage(parts: RouteParts, path: string, { request, response }: Exchange): Promise<void> {
  const { sessions } = parts.access;
  if (path === sessionPath && sessions) await answerSession({ ...parts, sessions }, request, response);
  else if (!isRead(request)) {
    parts.onRefusal?.({ transport: "http", status: 405 });
    refuseMethod(response);
  } else if (path.startsWith("/images/")) await sendPictureOf(parts, path, { request, response });
  else if (path === "/health") sendJson(response, 200, { status: "ok" });
  else if (path === "/ready") sendReadiness(response, readinessOf(parts));
  else if (parts.webPage?.send(path, request, response) === "sent") return;
  else if (path === "/") redirect(response, endpoint);
  else notFound(response);
}

/** Whoever asks is known by the session of their browser, which sends nothing else with the address of a picture. */
async function sendPictureOf(parts: RouteParts, path: string, { request, response }: Exchange): Promise<void> {
  const { access, config, galleries } = parts;
  const identity = await refusing(parts, response, () => identifyReader(access, request, config));
  if (identity === undefined) return;
  const { client, tenant } = identity;
  await sendPicture(path, { request, response, client, gallery: galleries.of(tenant), isPublic: !access.sessions });
}

function readinessOf({ inference, modelNames = [], stopping }: RouteParts): Readiness {
  const state = readiness(inference, modelNames);
  return stopping.hasBegun ? { ...state, ready: false, stopping: true } : state;
}

function notFound(response: ServerResponse): void {
  sendError(response, 404, {
    code: "NOT_FOUND",
    message: `There is nothing at this path. The graph is at ${endpoint}.`,
  });
}

function wantsPage(request: IncomingMessage): boolean {
  return isRead(request) && (request.headers.accept ?? "").includes("text/html");
}

function isRead({ method }: IncomingMessage): boolean {
  return method === "GET" || method === "HEAD";
}

interface Refusal {
  readonly status: 421 | 503;
  readonly code: ClientCode;
  readonly message: string;
}

function refuse({ onRefusal }: RouteParts, response: ServerResponse, { status, ...error }: Refusal): void {
  onRefusal?.({ transport: "http", status });
  sendError(response, status, error);
}

function misdirected(request: IncomingMessage): Refusal {
  return { status: 421, code: "FORBIDDEN", message: wrongHost(request) };
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location }).end();
}
