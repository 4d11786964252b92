import { readFileSync, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { ConfigError } from "../config-error.ts";

export interface WatchedFileOptions<T> {
  /** Throws where the text makes no sense. */
  readonly parse: (text: string) => T;
  /** Told of each new state, and why one could not be taken. */
  readonly report: (message: string) => void;
  /** How often it is looked at. @default 1000 */
  readonly everyMs?: number | undefined;
}

/** What tells one state of a file from another without reading it. */
interface Facts {
  readonly mtimeMs: number;
  readonly ino: number;
  readonly size: number;
}

/**
 * What a file says now: it is read again when it changes. A state that makes no sense is reported, and the one before
 * stays. By looking at it now and then, which works on every file system, also where files are replaced by links.
 */
export class WatchedFile<T> {
  readonly #path: string;
  readonly #options: WatchedFileOptions<T>;
  readonly #timer: NodeJS.Timeout;
  /** From before it was read: what changes meanwhile is read the next time. */
  #facts: Facts;
  #value: T;

  /** A ConfigError says why the file cannot be read at start. */
  constructor(path: string, options: WatchedFileOptions<T>) {
    this.#path = path;
    this.#options = options;
    try {
      this.#facts = statSync(path);
      this.#value = options.parse(readFileSync(path, "utf8"));
    } catch (error) {
      throw new ConfigError(`${path} cannot be used: ${reasonOf(error)}`);
    }
    this.#timer = setInterval(() => void this.#look(), options.everyMs ?? 1_000);
    this.#timer.unref();
  }

  get value(): T {
    return this.#value;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** One that is gone for a moment, while another takes its place, has not changed yet. */
  async #look(): Promise<void> {
    const facts = await stat(this.#path).catch(() => this.#facts);
    if (isSame(facts, this.#facts)) return;
    this.#facts = facts;
    try {
      this.#value = this.#options.parse(await readFile(this.#path, "utf8"));
      this.#options.report(`${this.#path} has changed, and was read again.`);
    } catch (error) {
      const message = `${this.#path} has changed, but cannot be used: ${reasonOf(error)} What it said before holds.`;
      this.#options.report(message);
    }
  }
}

function isSame(a: Facts, b: Facts): boolean {
  return a.mtimeMs === b.mtimeMs && a.ino === b.ino && a.size === b.size;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
