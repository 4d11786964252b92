import type { CombinedError } from "urql";

/** Why something did not come to an answer, as a person is told. */
export interface Problem {
  /** As in the graph's `extensions.code`; OFFLINE where the server was not reached. */
  readonly code: string;
  readonly message: string;
  /** What is wrong with the one thing that is at fault, without its name, where the server told. */
  readonly reason?: string | undefined;
  /** When it is worth trying again, where the server told. */
  readonly retryAfterMs?: number | undefined;
}

const offline: Problem = { code: "OFFLINE", message: "The server cannot be reached." };

/** The first of the graph's errors, or that it was not reached. */
export function problemOf({ graphQLErrors }: CombinedError): Problem {
  const [first] = graphQLErrors;
  if (first === undefined) return offline;
  const { code, reason, retryAfterMs } = first.extensions;
  return {
    code: typeof code === "string" ? code : "INTERNAL_SERVER_ERROR",
    message: first.message,
    reason: typeof reason === "string" ? reason : undefined,
    retryAfterMs: typeof retryAfterMs === "number" ? retryAfterMs : undefined,
  };
}
