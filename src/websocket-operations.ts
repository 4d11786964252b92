import { randomUUID } from "node:crypto";
import { GraphQLError, parse, type ExecutionArgs, type ExecutionResult } from "graphql";
import type { ServerOptions, SubscribePayload } from "graphql-ws";
import type { GraphQLParams } from "graphql-yoga";
import { schema } from "../schema/index.ts";
import type { Identity } from "./access/identity.ts";
import type { Budgets } from "./budgets/budgets.ts";
import type { ClientCode } from "./client-error.ts";
import { clientErrorsOf, mapErrors } from "./client-errors.ts";
import { endpoint, type createGraphql } from "./graphql.ts";
import type { Log } from "./log.ts";
import { mapAsync } from "./map-async.ts";
import type { Operation, OperationOptions } from "./operation.ts";
import { newScope } from "./request-scope.ts";
import { traceParentOf, type TraceParent, type Traces } from "./traces.ts";
import { admit, mayConnect } from "./websocket-identity.ts";
import type { WebsocketLimits } from "./websocket-limits.ts";

/** An operation that runs on a socket. */
export interface SocketOperation {
  /** As its client calls it. */
  readonly id: string;
  /** Aborted when its client has left it. */
  readonly leaving: AbortController;
  /** There once it is known whose it is. */
  operation?: Operation;
}

/** What is known of a socket, beside what graphql-ws knows. */
export interface SocketScope {
  /** Who asks on it, as the request that opened it says, or its first message. */
  readonly identify: (connectionParams: ConnectionParams) => Promise<Identity>;
  /** Of which trace its operations are a part that do not say so themselves. */
  readonly parent: TraceParent;
  /** By the message that began them: a client may give an id again while the operation that had it is still ending. */
  readonly operations: Map<SubscribePayload, SocketOperation>;
  /** Called when an operation has ended. */
  readonly onOperationEnd: () => void;
}

export type ConnectionParams = Readonly<Record<string, unknown>> | undefined;

export interface OperationParts {
  readonly budgets: Budgets;
  readonly graphql: ReturnType<typeof createGraphql>;
  readonly log: Log;
  readonly onOperation: OperationOptions["onEnd"];
  readonly traces?: Traces | undefined;
  readonly limits: WebsocketLimits;
  readonly isDraining: () => boolean;
}

type Options = ServerOptions<Record<string, unknown>, SocketScope>;
type Result = ExecutionResult | AsyncIterable<ExecutionResult>;

/**
 * Has the operations of sockets run as those of HTTP requests are: by the same parsing, limits and errors.
 * https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
 */
export function websocketOptions(parts: OperationParts): Options {
  return {
    connectionInitWaitTimeout: parts.limits.initTimeoutMs,
    onConnect: ({ extra, connectionParams }) => mayConnect(() => extra.identify(connectionParams)),
    onSubscribe: async ({ subscriptions, extra, connectionParams }, id, payload) => {
      const refusal = refusalOf(Object.keys(subscriptions).length, parts);
      if (refusal) return [refusal];
      const parent = traceParentOf(payload.extensions, connectionParams, { ...extra.parent });
      const identify = (): Promise<Identity> => extra.identify(connectionParams);
      const result = await start({ id, payload, parent, identify, extra, parts });
      if (!("errors" in result) || "data" in result) return argumentsOf(result);
      end(extra, payload);
      return [...result.errors];
    },
    subscribe: ({ contextValue }) => (contextValue as Started).result,
    onComplete: ({ extra }, _id, payload) => end(extra, payload),
  };
}

interface Started {
  readonly result: Result;
}

interface Starting {
  readonly id: string;
  readonly payload: SubscribePayload;
  readonly parent: TraceParent;
  readonly identify: () => Promise<Identity>;
  readonly extra: SocketScope;
  readonly parts: OperationParts;
}

/** Starts an operation; what it gives has errors as clients may see them. */
async function start({ id, payload, parent, identify, extra, parts }: Starting): Promise<Result> {
  const leaving = new AbortController();
  const running: SocketOperation = { id, leaving };
  extra.operations.set(payload, running);
  const admission = await admit(identify, parts.budgets);
  if ("refusal" in admission) return { errors: [admission.refusal] };
  const { graphql, log, traces, onOperation: onEnd } = parts;
  const trace = traces?.begin({ protocol: "websocket", parent });
  const scope = newScope(randomUUID(), leaving.signal, { identity: admission.identity, trace, onEnd });
  running.operation = scope.operation;
  const shown = clientErrorsOf(log, scope);
  try {
    const params = paramsOf(payload);
    const result = await graphql.getResultForParams({ params, request: requestTo(graphql) }, scope);
    return untilLeft(withClientErrors(result ?? {}, shown), leaving.signal);
  } catch (error) {
    return { errors: [withoutHttp(shown(error))] };
  }
}

/** For graphql-ws, the arguments of an execution that has already begun: it only passes the results on. */
function argumentsOf(result: Result): ExecutionArgs {
  return { schema, document: passedOn, contextValue: { result } satisfies Started };
}

const passedOn = parse("subscription { passedOn }");

/** Ends a stream when its client leaves, also where graphql-ws has lost sight of it because its id was given again. */
function untilLeft(result: Result, signal: AbortSignal): Result {
  if (!(Symbol.asyncIterator in result)) return result;
  const iterator = result[Symbol.asyncIterator]();
  const leave = (): void => void iterator.return?.();
  if (signal.aborted) leave();
  else signal.addEventListener("abort", leave, { once: true });
  return { [Symbol.asyncIterator]: () => iterator };
}

function end({ operations, onOperationEnd }: SocketScope, payload: SubscribePayload): void {
  operations.get(payload)?.operation?.end();
  operations.delete(payload);
  onOperationEnd();
}

function refusalOf(numOperations: number, { limits, isDraining }: OperationParts): GraphQLError | undefined {
  if (isDraining()) return refusal("MODEL_UNAVAILABLE", "The server is stopping.");
  if (numOperations <= limits.maxOperations) return undefined;
  return refusal("OVERLOADED", `A socket may have at most ${limits.maxOperations} operations at once.`);
}

function refusal(code: ClientCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

/** The message's fields that GraphQL knows, and no others. */
function paramsOf({ query, variables, operationName, extensions }: SubscribePayload): GraphQLParams {
  return {
    query,
    ...(variables != null && { variables }),
    ...(operationName != null && { operationName }),
    ...(extensions != null && { extensions }),
  };
}

/** What the graph's plugins take for the request: a POST, of which nothing more is known. */
function requestTo({ fetchAPI }: OperationParts["graphql"]): Request {
  return new fetchAPI.Request(`http://localhost${endpoint}`, { method: "POST" });
}

function withClientErrors(result: Result, shown: (error: unknown) => GraphQLError): Result {
  const change = (part: ExecutionResult): ExecutionResult => mapErrors(part, (error) => withoutHttp(shown(error)));
  return Symbol.asyncIterator in result ? mapAsync(result, change) : change(result);
}

/** What an error would do to an HTTP response is nothing to a socket's client. */
function withoutHttp({ message, nodes, source, positions, path, extensions }: GraphQLError): GraphQLError {
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    extensions: Object.fromEntries(Object.entries(extensions).filter(([name]) => name !== "http")),
  });
}
