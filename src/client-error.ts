import { GraphQLError } from "graphql";
import type { InferenceError } from "../inference/index.ts";
import { isExpected, unexpectedMessage } from "../resolvers/failure.ts";

/** Every code that leaves the server, as the contract lists them. */
export type ClientCode = InferenceError["code"] | "UNAUTHENTICATED" | "FORBIDDEN" | "QUERY_TOO_COMPLEX";

/** What the HTTP layer and the libraries below it call their errors, in the contract's words. */
const codeOfLibrary: Readonly<Record<string, ClientCode>> = {
  BAD_REQUEST: "BAD_USER_INPUT",
  GRAPHQL_PARSE_FAILED: "BAD_USER_INPUT",
  GRAPHQL_VALIDATION_FAILED: "BAD_USER_INPUT",
  OPERATION_RESOLUTION_FAILURE: "BAD_USER_INPUT",
  REQUEST_ENTITY_TOO_LARGE: "BAD_USER_INPUT",
  IMAGE_TOO_LARGE: "IMAGE_TOO_LARGE",
  QUERY_TOO_COMPLEX: "QUERY_TOO_COMPLEX",
  OVERLOADED: "OVERLOADED",
  FORBIDDEN: "FORBIDDEN",
};

/** What may leave with the error beside its code. */
interface ClientExtensions {
  readonly code: ClientCode;
  readonly retryAfterMs?: number;
  readonly resumeAfter?: number;
  /** Where one of several things that were given is at fault: which, such as images[1], and what is wrong with it. */
  readonly argument?: string;
  readonly reason?: string;
  /** With QUERY_TOO_COMPLEX: what was counted, and the most that is taken. */
  readonly counted?: number;
  readonly limit?: number;
  /** For the HTTP layer; taken out before the error leaves. */
  readonly http?: NonNullable<GraphQLError["extensions"]["http"]>;
}

/**
 * Any error as a client may see it: always with a code, and with nothing of our insides. `report` is told of an
 * unexpected one and answers the id under which it stands in the log.
 */
export function toClientError(error: unknown, report: (cause: unknown) => string): GraphQLError {
  const cause = rootCause(error);
  if (isExpected(cause)) return expected(error, cause);
  if (cause instanceof DOMException && cause.name === "AbortError") return gone(error);
  if (cause instanceof GraphQLError) return fromLibrary(error, cause);
  return unexpected(error, report(cause));
}

function rootCause(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? rootCause(error.originalError) : error;
}

function expected(error: unknown, { message, code, retryAfterMs, resumeAfter, fault }: InferenceError): GraphQLError {
  return located(error, message, {
    code,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(resumeAfter === undefined ? {} : { resumeAfter }),
    ...fault,
  });
}

function gone(error: unknown): GraphQLError {
  return located(error, "The client left.", { code: "CANCELLED" });
}

/** A request that cannot run: no syntax, no such field, wrong variables, wrong headers, too much of something. */
function fromLibrary(error: unknown, { message, extensions }: GraphQLError): GraphQLError {
  const { counted, limit, retryAfterMs } = extensions;
  const http = httpOf(extensions) ?? (hasPath(error) ? undefined : { spec: true, status: 400 });
  return located(error, message, {
    code: codeOf(extensions),
    ...(typeof counted === "number" ? { counted } : {}),
    ...(typeof limit === "number" ? { limit } : {}),
    ...(typeof retryAfterMs === "number" ? { retryAfterMs } : {}),
    ...(http === undefined ? {} : { http }),
  });
}

/** A request that is not even one is a 400 for every client; others only for those that know GraphQL's media type. */
function httpOf({ code, http }: GraphQLError["extensions"]): ClientExtensions["http"] | undefined {
  return code === "BAD_REQUEST" && http ? { ...http, spec: false } : http;
}

function codeOf({ code, http }: GraphQLError["extensions"]): ClientCode {
  if (typeof code === "string") return codeOfLibrary[code] ?? "BAD_USER_INPUT";
  return http?.status === 403 ? "FORBIDDEN" : "BAD_USER_INPUT";
}

function unexpected(error: unknown, id: string): GraphQLError {
  return located(error, unexpectedMessage(id), {
    code: "INTERNAL_SERVER_ERROR",
    ...(hasPath(error) ? {} : { http: { status: 500 } }),
  });
}

function hasPath(error: unknown): boolean {
  return error instanceof GraphQLError && error.path !== undefined;
}

function located(error: unknown, message: string, extensions: ClientExtensions): GraphQLError {
  const { nodes, source, positions, path } = error instanceof GraphQLError ? error : {};
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    extensions: { ...extensions },
  });
}
