import { asInferenceError, InferenceError } from "../errors.ts";
import type { PlainError } from "./protocol.ts";

/** An error as data, for a message. */
export function plainError(error: unknown): PlainError {
  const { code, message, retryAfterMs } = asInferenceError(error);
  return retryAfterMs === undefined ? { code, message } : { code, message, retryAfterMs };
}

/** The error that a message stands for. */
export function revivedError({ code, message, retryAfterMs }: PlainError): InferenceError {
  return new InferenceError(code, message, retryAfterMs === undefined ? {} : { retryAfterMs });
}
