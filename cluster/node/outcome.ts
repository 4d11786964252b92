import {
  deadlineExceeded,
  failedEvent,
  type InferenceError,
  leftBy,
  type ResultOf,
  type SubmitOptions,
  type Task,
} from "../../inference/index.ts";
import { endRequest, type EndingParts } from "./end-request.ts";
import type { FollowedRequest } from "./followed-request.ts";
import type { NodeOptions } from "./node-options.ts";

interface Parts extends EndingParts {
  readonly options: Pick<NodeOptions, "retentionMs" | "report">;
}

/** Whoever has a request knows its deadline, and is given so long to say so. */
const LAST_WORDS_MS = 500;

/** Waits for the end: the request's own, its caller's leaving, or its time's. */
export async function outcomeOf(
  parts: Parts,
  followed: FollowedRequest,
  { signal, timeoutMs }: Pick<SubmitOptions, "signal"> & { readonly timeoutMs: number },
): Promise<ResultOf<Task>> {
  const given = new Promise<never>((_, reject) => {
    const giveUp = (error: InferenceError): void => {
      reject(error);
      endRequest(parts, followed, () => failedEvent(error, parts.options.report)).catch(() => undefined);
    };
    const timer = setTimeout(() => giveUp(deadlineExceeded(timeoutMs)), timeoutMs + LAST_WORDS_MS);
    const leave = (): void => giveUp(leftBy(signal!));
    signal?.addEventListener("abort", leave, { once: true });
    void followed.outcome
      .catch(() => undefined)
      .finally(() => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", leave);
      });
  });
  return Promise.race([followed.outcome, given]);
}
