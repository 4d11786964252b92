import { BlobError } from "../../blobs/blob-store.ts";
import { InferenceError } from "../../inference/index.ts";
import { DatabaseUnavailable } from "../../postgres/database-unavailable.ts";

const retryAfterMs = 2_000;

/** Does the work, and says of what the database or the blobs are to blame for what a client can do about it. */
export async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw explanation(cause);
  }
}

function explanation(cause: unknown): unknown {
  if (cause instanceof DatabaseUnavailable) return away("the gallery's database does not answer", cause);
  if (!(cause instanceof BlobError)) return cause;
  switch (cause.problem) {
    case "unavailable":
      return away("the place of the gallery's pictures does not answer", cause);
    case "refused":
      return new InferenceError("BAD_USER_INPUT", cause.message, { cause });
    case "corrupt":
      return new InferenceError("IMAGE_UNREADABLE", "the picture is damaged; remove it and add it again", { cause });
    case "failed":
      return new InferenceError("INTERNAL_SERVER_ERROR", cause.message, { cause });
    default:
      return cause.problem satisfies never;
  }
}

function away(problem: string, cause: unknown): InferenceError {
  return new InferenceError("OVERLOADED", `${problem}; try again in a moment`, { retryAfterMs, cause });
}
