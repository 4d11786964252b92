/**
 * Bytes by their SHA-256, kept where every machine finds them. What is kept never changes, so copies never go stale,
 * and keeping the same bytes again is nothing.
 *
 * Every method rejects with a BlobError, and with nothing else, within bounded time.
 */
export interface BlobStore {
  /** Keeps the bytes, at most `maxBlobBytes`, durably before it resolves to their SHA-256, 64 hexadecimal digits. */
  put(bytes: Uint8Array): Promise<string>;
  /** The bytes, all of them and no others: those that do not have this hash are an error, not an answer. */
  get(sha256: string): Promise<Uint8Array | undefined>;
  has(sha256: string): Promise<boolean>;
  /** Removes those that are there. */
  remove(sha256s: readonly string[]): Promise<void>;
  /** Ends connections; what is kept stays. */
  close(): Promise<void>;
}

/** A larger blob is refused: what all carriers take, and a process holds twice. */
export const maxBlobBytes = 2 ** 27;

/**
 * `refused`: no name of a blob, or too many bytes. `unavailable`: the place does not answer, or not in time; the same may
 * succeed later. `corrupt`: what lies there is not what was kept. `failed`: the place refuses what it is asked for.
 */
export type BlobProblem = "refused" | "unavailable" | "corrupt" | "failed";

/** Why a blob could not be kept or had; the message names no secret. */
export class BlobError extends Error {
  override readonly name = "BlobError";
  readonly problem: BlobProblem;

  constructor(problem: BlobProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}
