/** The stable codes an error may carry to a client as `extensions.code`. */
export type ErrorCode =
  | "BAD_USER_INPUT"
  | "IMAGE_UNREADABLE"
  | "IMAGE_TOO_LARGE"
  | "IMAGE_UNREACHABLE"
  | "PROMPT_TOO_LONG"
  | "UNSUPPORTED_TASK"
  | "MODEL_UNAVAILABLE"
  | "UNAVAILABLE"
  | "POISON"
  | "OVERLOADED"
  | "DEADLINE_EXCEEDED"
  | "CANCELLED"
  | "NOT_FOUND"
  | "GENERATION_EXPIRED"
  | "SLOW_CONSUMER"
  | "INTERNAL_SERVER_ERROR";

/** Which one of several things that were given is at fault. */
export interface Fault {
  /** As the document names it, such as images[1]. */
  readonly argument: string;
  /** What is wrong with it, for whom it is clear which one is meant. */
  readonly reason: string;
}

export interface InferenceErrorOptions {
  readonly retryAfterMs?: number;
  readonly resumeAfter?: number;
  readonly fault?: Fault;
  readonly cause?: unknown;
}

/** A failure that a caller can act on: the message says what was wrong and what would be right. */
export class InferenceError extends Error {
  override readonly name = "InferenceError";
  readonly code: ErrorCode;
  /** With OVERLOADED: when trying again is worth it. */
  readonly retryAfterMs: number | undefined;
  /** With SLOW_CONSUMER: the number of the last event that was given. */
  readonly resumeAfter: number | undefined;
  readonly fault: Fault | undefined;

  constructor(code: ErrorCode, message: string, options: InferenceErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.resumeAfter = options.resumeAfter;
    this.fault = options.fault;
  }
}

/** The same, said of one of several things that were given. What is no InferenceError stays as it is. */
export function asFaultOf(argument: string, error: unknown): unknown {
  if (!(error instanceof InferenceError)) return error;
  const { code, message: reason, retryAfterMs } = error;
  return new InferenceError(code, `${argument}: ${reason}`, {
    fault: { argument, reason },
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    cause: error,
  });
}

/** Whatever was thrown, as an InferenceError; what is not one already is nobody's fault but ours. */
export function asInferenceError(error: unknown): InferenceError {
  if (error instanceof InferenceError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new InferenceError("INTERNAL_SERVER_ERROR", reason, { cause: error });
}
