import { asInferenceError } from "../inference/index.ts";
import type { Budgets, Payer } from "./budgets/budgets.ts";
import type { Overload } from "./door.ts";

/** Counts a request to the graph; why it may not be answered, where there have been too many of its payer. */
export async function tooManyRequests(budgets: Pick<Budgets, "request">, payer: Payer): Promise<Overload | undefined> {
  if (payer.quota.requestsPerMinute === undefined) return undefined;
  const exhausted = await budgets.request(payer).catch(unknown);
  if (exhausted === undefined || "code" in exhausted) return exhausted;
  const message = `You may ask ${payer.quota.requestsPerMinute} times a minute, and have.`;
  return { code: "OVERLOADED", message, ...exhausted };
}

/** Where many servers count together, and cannot now. */
function unknown(error: unknown): Overload {
  const { code, message, retryAfterMs = 1_000 } = asInferenceError(error);
  if (code !== "UNAVAILABLE") throw error;
  return { code, message, retryAfterMs };
}
