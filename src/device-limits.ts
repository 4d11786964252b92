import { GraphQLError, type ExecutionArgs } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { PlannedTask } from "../inference/index.ts";
import type { Planning } from "../resolvers/planning.ts";
import { Charge, type ChargeOptions } from "./charge.ts";
import type { Config } from "./config.ts";
import { ClientBudgets } from "./device-budget.ts";
import { deviceCost } from "./device-cost.ts";
import type { RequestScope } from "./request-scope.ts";

export interface DeviceLimitsParts extends Planning {
  readonly config: Pick<Config, "maxDocumentMs" | "maxClientMsPerMinute">;
}

/**
 * Refuses, before anything of it runs, an operation that would take more of the device than one may, or than is left of
 * its client's budget. It has what it is expected to take out of that until it is known what it took.
 */
export function useDeviceLimits(parts: DeviceLimitsParts): Plugin<RequestScope, RequestScope> {
  const limits = new DeviceLimits(parts);
  return {
    onExecute: ({ args, setResultAndStopExecution }) => {
      const error = limits.refusal(args, args.contextValue);
      if (error) setResultAndStopExecution({ errors: [error] });
    },
    onSubscribe: ({ args, setResultAndStopExecution }) => {
      const error = limits.refusal(args, args.contextValue);
      if (error) setResultAndStopExecution({ errors: [error] });
    },
  };
}

type Asked = Pick<ExecutionArgs, "schema" | "document" | "operationName" | "variableValues">;

class DeviceLimits {
  readonly #server: Planning;
  readonly #maxDocumentMs: number;
  readonly #budgets: ClientBudgets | undefined;

  constructor({ config, inference, generations }: DeviceLimitsParts) {
    const { maxDocumentMs = Infinity, maxClientMsPerMinute: perMinute } = config;
    this.#server = { inference, generations };
    // More than a client's whole budget could never be had, however long it waited.
    this.#maxDocumentMs = Math.min(maxDocumentMs, perMinute ?? Infinity);
    this.#budgets = perMinute === undefined ? undefined : new ClientBudgets(perMinute);
  }

  /** Why the operation may not run; where it may, its client is charged. */
  refusal(asked: Asked, scope: RequestScope): GraphQLError | undefined {
    const pricing = { server: this.#server, msOf: (task: PlannedTask) => this.#server.inference.expectedMs(task) };
    const ms = deviceCost({ ...asked, variables: asked.variableValues }, pricing);
    scope.operation.expected(ms);
    if (ms <= this.#maxDocumentMs) return this.#charge(ms, scope);
    scope.operation.refused("document");
    return tooLong(ms, this.#maxDocumentMs);
  }

  #charge(ms: number, { client, operation }: RequestScope): GraphQLError | undefined {
    if (this.#budgets === undefined) return undefined;
    const budget = this.#budgets.of(client);
    const waitMs = ms === 0 ? 0 : budget.waitMs(ms, performance.now());
    if (waitMs > 0) {
      operation.refused("client");
      return usedUp(ms, waitMs);
    }
    const msOf: ChargeOptions["msOf"] = (task) => ("model" in task ? this.#server.inference.expectedMs(task) : 0);
    operation.paidBy(new Charge({ budget, expectedMs: ms, msOf }));
    return undefined;
  }
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
