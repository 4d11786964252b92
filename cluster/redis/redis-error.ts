import { InferenceError } from "../../inference/index.ts";

/** Of sockets that could not be opened, or broke. */
const SOCKET_CODES = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN"],
]);
/** The client library's classes of commands that had no answer. */
const UNANSWERED = new Set(["MaxRetriesPerRequestError", "AbortError", "InterruptError"]);
/** Of the same, those that have no class. */
const UNANSWERED_MESSAGES = new Set(["Command timed out", "Connection is closed."]);
/** Of a Redis that starts, is full, or is not the one that may be written to. */
const NOT_NOW = /^(LOADING|BUSY|OOM|MISCONF|READONLY|MASTERDOWN|NOREPLICAS|CLUSTERDOWN|TRYAGAIN) /;

/** What a failure is to whoever asked: Redis', if it is away; else what it was, for nobody is to be told to try a fault of ours again. */
export function redisError(cause: unknown): unknown {
  return isUnanswered(cause) ? redisAway(cause) : cause;
}

/** Nothing new can be asked of Redis now. */
export function redisAway(cause?: unknown): InferenceError {
  const message = "The server's Redis does not answer. What runs goes on; try new work again in a moment.";
  return new InferenceError("UNAVAILABLE", message, { retryAfterMs: 1_000, cause });
}

function isUnanswered(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  const { name, message } = cause;
  if (UNANSWERED.has(name) || UNANSWERED_MESSAGES.has(message) || NOT_NOW.test(message)) return true;
  return "code" in cause && SOCKET_CODES.has(String(cause.code));
}
