import { GraphQLError, type ExecutionArgs } from "graphql";
import type { Plugin } from "graphql-yoga";
import { asInferenceError, type PlannedTask } from "../inference/index.ts";
import type { Planning } from "../resolvers/planning.ts";
import type { Identity } from "./access/identity.ts";
import type { Budgets } from "./budgets/budgets.ts";
import { Charge, type ChargeOptions } from "./charge.ts";
import type { Config } from "./config.ts";
import { deviceCost } from "./device-cost.ts";
import type { RequestScope } from "./request-scope.ts";

export interface DeviceLimitsParts extends Omit<Planning, "tenant"> {
  readonly config: Pick<Config, "maxDocumentMs">;
  readonly budgets: Pick<Budgets, "reserve" | "settle">;
}

/**
 * Refuses, before anything of it runs, an operation that would take more of the device than one may, or than is left of
 * its client's budget. It has what it is expected to take out of that until it is known what it took.
 */
export function useDeviceLimits(parts: DeviceLimitsParts): Plugin<RequestScope, RequestScope> {
  const limits = new DeviceLimits(parts);
  return {
    onExecute: async ({ args, setResultAndStopExecution }) => {
      const error = await limits.refusal(args, args.contextValue);
      if (error) setResultAndStopExecution({ errors: [error] });
    },
    onSubscribe: async ({ args, setResultAndStopExecution }) => {
      const error = await limits.refusal(args, args.contextValue);
      if (error) setResultAndStopExecution({ errors: [error] });
    },
  };
}

type Asked = Pick<ExecutionArgs, "schema" | "document" | "operationName" | "variableValues">;

class DeviceLimits {
  readonly #parts: DeviceLimitsParts;

  constructor(parts: DeviceLimitsParts) {
    this.#parts = parts;
  }

  /** Why the operation may not run; where it may, its client is charged. */
  async refusal(asked: Asked, scope: RequestScope): Promise<GraphQLError | undefined> {
    const { inference, generations } = this.#parts;
    const server = { inference, generations, tenant: scope.identity.tenant };
    const pricing = { server, msOf: (task: PlannedTask) => inference.expectedMs(task) };
    const ms = deviceCost({ ...asked, variables: asked.variableValues }, pricing);
    scope.operation.expected(ms);
    const maxMs = this.#maxDocumentMs(scope.identity);
    if (ms <= maxMs) return this.#charge(ms, scope);
    scope.operation.refused("document");
    return tooLong(ms, maxMs);
  }

  /** More than a client's whole budget could never be had, however long it waited. */
  #maxDocumentMs({ quota }: Identity): number {
    return Math.min(this.#parts.config.maxDocumentMs ?? Infinity, quota.deviceMsPerMinute ?? Infinity);
  }

  async #charge(expectedMs: number, { identity, operation }: RequestScope): Promise<GraphQLError | undefined> {
    if (identity.quota.deviceMsPerMinute === undefined) return undefined;
    const { budgets, inference } = this.#parts;
    const exhausted = await budgets.reserve(identity, expectedMs).catch(unknown);
    if (exhausted instanceof GraphQLError) return exhausted;
    if (exhausted !== undefined) {
      operation.refused("client");
      return usedUp(expectedMs, exhausted.retryAfterMs);
    }
    const msOf: ChargeOptions["msOf"] = (task) => ("model" in task ? inference.expectedMs(task) : 0);
    const settle = (ms: number): void => void budgets.settle(identity, ms);
    operation.paidBy(new Charge({ expectedMs, msOf, settle }));
    return undefined;
  }
}

/** Where many servers count together, and cannot now. */
function unknown(error: unknown): GraphQLError {
  const { code, message, retryAfterMs } = asInferenceError(error);
  if (code !== "UNAVAILABLE") throw error;
  return new GraphQLError(message, { extensions: { code, retryAfterMs, http: { spec: true, status: 503 } } });
}

function tooLong(ms: number, maxMs: number): GraphQLError {
  const message =
    `The document would take about ${seconds(ms)} of the device; at most ${seconds(maxMs)} are allowed. ` +
    "Ask for fewer aliases, pictures, texts, tokens (options.maxTokens) or beams, or in several documents.";
  const [counted, limit] = [Math.ceil(ms), maxMs];
  return new GraphQLError(message, {
    extensions: { code: "QUERY_TOO_COMPLEX", counted, limit, http: { spec: true, status: 400 } },
  });
}

function usedUp(ms: number, retryAfterMs: number): GraphQLError {
  const message =
    `The document would take about ${seconds(ms)} of the device, more than is left of what you may take of it. ` +
    `Try again in ${seconds(retryAfterMs)}, or ask for less.`;
  const headers = { "retry-after": String(Math.ceil(retryAfterMs / 1_000)) };
  return new GraphQLError(message, {
    extensions: { code: "OVERLOADED", retryAfterMs, http: { spec: true, status: 429, headers } },
  });
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 0)} s`;
}
