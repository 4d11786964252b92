import { InferenceError, type ErrorCode } from "../inference/index.ts";

/** A failure as data: what stands in an answer in place of what it should have been. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  /** With OVERLOADED: when trying again is worth it. */
  readonly retryAfterMs?: number | undefined;
}

/** What a client may see of an error. `report` is told of an unexpected one and answers its id in the log. */
export function failureOf(error: unknown, report: (cause: unknown) => string): Failure {
  if (isExpected(error)) {
    const { code, message, retryAfterMs } = error;
    return { code, message, retryAfterMs };
  }
  return { code: "INTERNAL_SERVER_ERROR", message: unexpectedMessage(report(error)) };
}

/** Whether the error is one that clients are told of as it is. */
export function isExpected(error: unknown): error is InferenceError {
  return error instanceof InferenceError && error.code !== "INTERNAL_SERVER_ERROR";
}

/** What is said of a failure of which nothing may leave but its id in the log. */
export function unexpectedMessage(id: string): string {
  return `Something went wrong that should not have. The server's log has it under ${id}.`;
}
