/** The database does not answer, or not in time, or not now; the same may succeed later. */
export class DatabaseUnavailable extends Error {
  override readonly name = "DatabaseUnavailable";

  /** `shown` names the database without secrets. */
  constructor(shown: string, cause: unknown) {
    super(`${shown} does not answer: ${reasonOf(cause)}`, { cause });
  }
}

/**
 * SQLSTATE classes and codes that say nothing about the statement: lost connections, too few resources, a shutdown, a
 * cancelled or timed-out statement, a lock or deadlock, a server that only reads (a standby, before it takes over).
 */
const passing = [/^08/, /^53/, /^57/, /^40/, /^55P03$/, /^25006$/, /^25P0[34]$/];

/** Whether what pg rejected with says nothing about the statement: what the server did not say, the connection did. */
export function isUnavailable(error: unknown): boolean {
  const code = sqlState(error);
  if (code !== undefined) return passing.some((pattern) => pattern.test(code));
  return error instanceof Error && !(error instanceof TypeError);
}

/** What the server calls its error, five characters; undefined for an error that did not come from it. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || !("severity" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join("; ");
  return cause instanceof Error ? cause.message : String(cause);
}
