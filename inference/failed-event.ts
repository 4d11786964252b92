import { asInferenceError, type ErrorCode } from "./errors.ts";
import type { FailedEvent } from "./generation-log.ts";

/** An error as the event that ends a stream; what is unexpected is reported, and its message kept from the client. */
export function failedEvent(error: unknown, report: (cause: unknown) => string): FailedEvent {
  const { code, message, retryAfterMs } = asInferenceError(error);
  const retryable = retryableCodes.has(code);
  if (code !== "INTERNAL_SERVER_ERROR") return { type: "failed", code, message, retryable, retryAfterMs };
  const id = report(error);
  const masked = `Something went wrong that should not have. The server's log has it under ${id}.`;
  return { type: "failed", code, message: masked, retryable };
}

/** With these, the same request may succeed at another time. */
const retryableCodes: ReadonlySet<ErrorCode> = new Set([
  "OVERLOADED",
  "MODEL_UNAVAILABLE",
  "IMAGE_UNREACHABLE",
  "DEADLINE_EXCEEDED",
  "UNAVAILABLE",
]);
