/** A checkpoint that can't be loaded. The message names the file, the tensor where there is one, what is and what should be. */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";
  readonly file: string;
  /** The full name of the tensor at fault. */
  readonly tensor: string | undefined;

  constructor(file: string, problem: string, options?: { tensor?: string; cause?: unknown }) {
    const about = options?.tensor === undefined ? "" : `tensor ${quote(options.tensor)}: `;
    super(`${file}: ${about}${problem}`, { cause: options?.cause });
    this.file = file;
    this.tensor = options?.tensor;
  }
}

const MAX_QUOTED_CHARACTERS = 200;

/** A name from a file, safe to print: control characters escaped, cut where a hostile file made it endless. */
export function quote(name: string): string {
  return JSON.stringify(name.length > MAX_QUOTED_CHARACTERS ? `${name.slice(0, MAX_QUOTED_CHARACTERS)}…` : name);
}

/** What a caught value has to say for itself. */
export function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
