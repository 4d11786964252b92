import { InferenceError } from "../../inference/index.ts";
import { type Dialect, dialectOf, dialects } from "./dialects.ts";
import type { Endpoint } from "./endpoint.ts";
import { countAt, listAt, textAt } from "./json.ts";
import type { Settings } from "./options.ts";
import { connectionError, unavailable } from "./server-errors.ts";

/** A server that does not say within this how it is, is not well. */
const ANSWER_MS = 5_000;
/** One that is busy may miss one look. */
const MAX_MISSED = 2;
/** Characters of the names that a message has. */
const MAX_NAMES = 300;

/** A server that can be asked. */
export interface KnownServer {
  /** As it calls the model. */
  readonly model: string;
  readonly dialect: Dialect;
  /** 0 where it does not tell. */
  readonly parameters: number;
  /** "unknown" where it does not tell. */
  readonly dtype: string;
}

export type Standing =
  | { readonly state: "LOADING" }
  | { readonly state: "READY"; readonly server: KnownServer }
  | { readonly state: "FAILED"; readonly failure: string };

export interface ServerWatchOptions extends Pick<Settings, "name" | "model" | "dialect" | "watchMs" | "log"> {
  readonly endpoint: Endpoint;
}

/** Looks again and again whether the server is there, and has the model. */
export class ServerWatch {
  readonly #options: ServerWatchOptions;
  readonly #closing = new AbortController();
  #standing: Standing = { state: "LOADING" };
  #missed = 0;
  #losses = 0;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(options: ServerWatchOptions) {
    this.#options = options;
    void this.look();
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** How often it went away. */
  get numLosses(): number {
    return this.#losses;
  }

  /** Resolves when it is not loading, or the signal is aborted. */
  async known(signal: AbortSignal = this.#closing.signal): Promise<void> {
    while (this.#standing.state === "LOADING" && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const go = (): void => {
          signal.removeEventListener("abort", go);
          this.#waiting.delete(go);
          resolve();
        };
        signal.addEventListener("abort", go);
        this.#waiting.add(go);
      });
    }
  }

  /** Looks now: something went wrong. */
  look(): Promise<void> {
    clearTimeout(this.#timer);
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = undefined;
      this.#again();
    });
    return this.#looking;
  }

  close(): void {
    this.#closing.abort();
    clearTimeout(this.#timer);
    this.#stand({ state: "FAILED", failure: "the server is stopping" });
  }

  #again(): void {
    if (this.#closing.signal.aborted) return;
    const { up, down } = this.#options.watchMs;
    this.#timer = setTimeout(() => void this.look(), this.#standing.state === "READY" ? up : down);
    this.#timer.unref();
  }

  async #lookOnce(): Promise<void> {
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(ANSWER_MS)]);
    try {
      const server = await this.#serverNow(signal);
      this.#missed = 0;
      this.#stand({ state: "READY", server });
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#missedBy(error);
    }
  }

  /** Another may have come in its place: it says anew what it is. */
  async #serverNow(signal: AbortSignal): Promise<KnownServer> {
    const { endpoint, model, dialect } = this.#options;
    const listed = listAt(await endpoint.ask("models", signal), "data");
    const entry =
      listed.length === 1 && model === undefined
        ? listed[0]
        : listed.find((each) => namesOf(each).includes(model ?? ""));
    const id = textAt(entry, "id");
    if (id === undefined) throw notListed(listed, model);
    return {
      model: id,
      dialect: dialect === undefined ? await dialectOf(endpoint, signal) : dialects[dialect],
      parameters: countAt(entry, "meta", "n_params") ?? 0,
      dtype: textAt(entry, "meta", "ftype") ?? "unknown",
    };
  }

  /** A server that answers with OVERLOADED has just been started, mostly. */
  #missedBy(error: unknown): void {
    this.#missed += 1;
    if (this.#standing.state === "READY" && this.#missed < MAX_MISSED) return;
    const { code, message } = failureOf(error);
    this.#stand(code === "OVERLOADED" ? { state: "LOADING" } : { state: "FAILED", failure: message });
  }

  #stand(standing: Standing): void {
    const before = this.#standing;
    this.#standing = standing;
    if (before.state === "READY" && standing.state !== "READY") this.#losses += 1;
    if (standing.state === before.state) return;
    if (!this.#closing.signal.aborted) this.#options.log(`${this.#options.name} ${said(standing)}`);
    for (const go of [...this.#waiting]) go();
  }
}

function namesOf(entry: unknown): readonly unknown[] {
  return [textAt(entry, "id"), ...listAt(entry, "aliases")];
}

function notListed(listed: readonly unknown[], model: string | undefined): InferenceError {
  const names = listed.map((entry) => textAt(entry, "id") ?? "?").join(", ") || "none";
  const wanted = model === undefined ? "say which of them" : `not ${model}`;
  return unavailable(`The model's server has these models, ${wanted}: ${names.slice(0, MAX_NAMES)}.`);
}

function failureOf(error: unknown): InferenceError {
  const known = connectionError(error);
  return known instanceof InferenceError ? known : unavailable("The model's server does not say how it is.", error);
}

function said(standing: Standing): string {
  if (standing.state === "LOADING") return "is loading";
  if (standing.state === "FAILED") return `is not available: ${standing.failure}`;
  const { model, dialect } = standing.server;
  return `is there: ${model}, spoken to as ${dialect.name}`;
}
