import { createGraphQLError, type Plugin } from "graphql-yoga";
import { GraphQLError, type ExecutionResult } from "graphql";
import { toClientError } from "./client-error.ts";
import type { Log } from "./log.ts";
import type { RequestScope } from "./request-scope.ts";

/** Lets no error leave without a code, and nothing unexpected leave at all: that goes to the log, under the request's id. */
export function useClientErrors(log: Log): Plugin<object, RequestScope> {
  return {
    onResultProcess: (payload) => {
      const { result } = payload;
      const report = reporter(log, payload.serverContext);
      if (Array.isArray(result)) payload.setResult(result.map((one) => withClientErrors(one, report)));
      else if (!(Symbol.asyncIterator in result)) payload.setResult(withClientErrors(result, report));
    },
  };
}

/** Keeps the cause within a GraphQLError, for `useClientErrors` to judge. */
export function keepCause(error: unknown): Error {
  if (error instanceof GraphQLError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  return createGraphQLError(cause.message, { originalError: cause });
}

/** Tells the log of an unexpected failure; answers the id under which it stands there. */
type Report = (cause: unknown) => string;

function reporter(log: Log, { requestId }: RequestScope): Report {
  return (cause) => {
    log.error(`request ${requestId} failed unexpectedly`, cause);
    return requestId;
  };
}

function withClientErrors(result: ExecutionResult, report: Report): ExecutionResult {
  if (!result.errors) return result;
  return { ...result, errors: result.errors.map((error) => toClientError(error, report)) };
}
