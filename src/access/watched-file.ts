import { readFileSync, type Stats, unwatchFile, watchFile } from "node:fs";
import { readFile } from "node:fs/promises";
import { ConfigError } from "../config-error.ts";

export interface WatchedFileOptions<T> {
  /** Throws where the text makes no sense. */
  readonly parse: (text: string) => T;
  /** Told of each new state, and why one could not be taken. */
  readonly report: (message: string) => void;
  /** How often it is looked at. @default 1000 */
  readonly everyMs?: number | undefined;
}

/**
 * What a file says now: it is read again when it changes. A state that makes no sense is reported, and the one before
 * stays. By looking at it now and then, which works on every file system, also where files are replaced by links.
 */
export class WatchedFile<T> {
  readonly #path: string;
  readonly #options: WatchedFileOptions<T>;
  #value: T;
  readonly #onStats = (now: Stats, before: Stats): void => {
    const isSame = now.mtimeMs === before.mtimeMs && now.ino === before.ino && now.size === before.size;
    if (!isSame) void this.#readAgain();
  };

  /** A ConfigError says why the file cannot be read at start. */
  constructor(path: string, options: WatchedFileOptions<T>) {
    this.#path = path;
    this.#options = options;
    try {
      this.#value = options.parse(readFileSync(path, "utf8"));
    } catch (error) {
      throw new ConfigError(`${path} cannot be used: ${reasonOf(error)}`);
    }
    watchFile(path, { interval: options.everyMs ?? 1_000, persistent: false }, this.#onStats);
  }

  get value(): T {
    return this.#value;
  }

  close(): void {
    unwatchFile(this.#path, this.#onStats);
  }

  async #readAgain(): Promise<void> {
    try {
      this.#value = this.#options.parse(await readFile(this.#path, "utf8"));
      this.#options.report(`${this.#path} has changed, and was read again.`);
    } catch (error) {
      this.#options.report(
        `${this.#path} has changed, but cannot be used: ${reasonOf(error)} What it said before holds.`,
      );
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
