import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { root } from "../server-process.ts";

const KEPT_COMPLAINTS = 4_096;

export interface JsonLinesOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** A process that answers each line of JSON with one, in order. It runs in the project's folder. */
export class JsonLines {
  readonly #command: string;
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #closed: Promise<unknown>;
  #complaints = "";

  constructor(command: string, args: readonly string[], { env, signal }: JsonLinesOptions) {
    this.#command = [command, ...args].join(" ");
    const child = spawn(command, args, { cwd: root, env, signal, stdio: ["pipe", "pipe", "pipe"] });
    this.#child = child;
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.#closed = once(child, "close");
    child.stderr.on("data", (chunk: Buffer) => this.#complain(chunk.toString()));
    child.on("error", (error) => this.#complain(error.message));
    // Nobody reads what is asked any more: that there is no answer says so.
    child.stdin.on("error", () => undefined);
    this.#closed.catch(() => undefined);
  }

  /** The next answer that nobody waits for yet. Throws with what the process complained of if it ends instead. */
  async next<T>(): Promise<T> {
    const line = await this.#answers.next();
    if (line.done !== true) return JSON.parse(line.value) as T;
    await this.#closed.catch(() => undefined);
    throw new Error(`${this.#command} ended with ${this.#child.exitCode ?? "no code"}:\n${this.#complaints}`);
  }

  ask<T>(question: object): Promise<T> {
    this.#child.stdin!.write(`${JSON.stringify(question)}\n`);
    return this.next<T>();
  }

  /** Says that nothing more will be asked, and waits until the process has ended. */
  async end(): Promise<void> {
    this.#child.stdin!.end();
    await this.#closed.catch(() => undefined);
  }

  #complain(text: string): void {
    this.#complaints = (this.#complaints + text).slice(-KEPT_COMPLAINTS);
  }
}
