import { BlobError } from "./blob-store.ts";

/** Does the work, and makes a BlobError of what else it throws. */
export async function explained<T>(
  work: () => Promise<T>,
  explain: (cause: unknown, reason: string) => BlobError,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof BlobError) throw cause;
    throw explain(cause, cause instanceof Error ? cause.message : String(cause));
  }
}
