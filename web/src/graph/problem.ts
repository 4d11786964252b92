import type { CombinedError } from "urql";

/** Why something did not come to an answer, as a person is told. */
export interface Problem {
  /** As in the graph's `extensions.code`; OFFLINE where the server was not reached. */
  readonly code: string;
  readonly message: string;
  /** When it is worth trying again, where the server told. */
  readonly retryAfterMs?: number | undefined;
}

const offline: Problem = { code: "OFFLINE", message: "The server cannot be reached." };

/** The first of the graph's errors, or that it was not reached. */
export function problemOf({ graphQLErrors }: CombinedError): Problem {
  const [first] = graphQLErrors;
  if (first === undefined) return offline;
  const { code, retryAfterMs } = first.extensions;
  return {
    code: typeof code === "string" ? code : "INTERNAL_SERVER_ERROR",
    message: first.message,
    retryAfterMs: typeof retryAfterMs === "number" ? retryAfterMs : undefined,
  };
}
