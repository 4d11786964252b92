import { createGraphQLError, type Plugin } from "graphql-yoga";
import { GraphQLError } from "graphql";
import { toClientError, type ClientCode } from "./client-error.ts";
import type { Log } from "./log.ts";
import { mapAsync } from "./map-async.ts";
import type { RequestScope } from "./request-scope.ts";

/** Lets no error leave without a code, and nothing unexpected leave at all: that goes to the log, under the request's id. */
export function useClientErrors(log: Log): Plugin<object, RequestScope> {
  return {
    onResultProcess: (payload) => {
      const { result } = payload;
      const shown = clientErrorsOf(log, payload.serverContext);
      if (Array.isArray(result)) payload.setResult(result.map((one) => mapErrors(one, shown)));
      else if (Symbol.asyncIterator in result) payload.setResult(mapAsync(result, (part) => mapErrors(part, shown)));
      else payload.setResult(mapErrors(result, shown));
    },
  };
}

/** Keeps the cause within a GraphQLError, for `useClientErrors` to judge. */
export function keepCause(error: unknown): Error {
  if (error instanceof GraphQLError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  return createGraphQLError(cause.message, { originalError: cause });
}

/** Shows a request's errors as clients may see them, and tells its operation of each. */
export function clientErrorsOf(log: Log, scope: RequestScope): (error: unknown) => GraphQLError {
  const report = reporter(log, scope);
  return (error) => {
    const shown = toClientError(error, report);
    scope.operation.failed(shown.extensions.code as ClientCode);
    return shown;
  };
}

/** Tells the log of an unexpected failure; answers the id under which it stands there. */
export type Report = (cause: unknown) => string;

/** How the failures of a request are told to the log. */
export function reporter(log: Log, { requestId }: RequestScope): Report {
  return (cause) => {
    log.error(`request ${requestId} failed unexpectedly`, cause);
    return requestId;
  };
}

/** A whole result, or a part of one that comes in parts. */
interface ResultPart {
  readonly errors?: readonly unknown[];
  readonly incremental?: readonly { readonly errors?: readonly unknown[] }[];
}

/** The part with each of its errors changed. */
export function mapErrors<T extends ResultPart>(part: T, change: (error: unknown) => GraphQLError): T {
  const { errors, incremental } = part;
  if (!errors && !incremental) return part;
  return {
    ...part,
    ...(errors && { errors: errors.map(change) }),
    ...(incremental && { incremental: incremental.map((one) => mapErrors(one, change)) }),
  };
}
