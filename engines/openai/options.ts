import { InferenceError } from "../../inference/index.ts";
import type { DialectName } from "./dialects.ts";

/** A model of a server that speaks OpenAI's protocol, such as llama-server, vLLM or SGLang. */
export interface OpenAiOptions {
  /** Where its API is, such as http://127.0.0.1:8080/v1. */
  readonly url: string;
  /** The model as the server calls it. Without it, the only one that the server has. */
  readonly model?: string | undefined;
  /** The model as it is served here. */
  readonly name: string;
  /** Goes with every request, as a bearer token, and nowhere else: no message and no log has it. */
  readonly key?: string | undefined;
  /** How the server is spoken to. Without it, by what the server says of itself. */
  readonly dialect?: DialectName | undefined;
  /** Requests that the server is asked at once; the others wait here. */
  readonly maxRunning?: number;
  /** Requests in flight, those that wait included, beyond which a new one is refused with OVERLOADED. */
  readonly maxRequests?: number;
  /** Bytes of pictures that requests in flight may hold together; beyond, likewise. */
  readonly maxRequestBytes?: number;
  /** For requests that name no time-out of their own. */
  readonly timeoutMs?: number;
  /** How long the server may say nothing in the middle of an answer. */
  readonly maxSilenceMs?: number;
  /** For requests that name no length. */
  readonly maxTokens?: number;
  /** How often it is looked whether the server is there: while it is, and while it is not. */
  readonly watchMs?: { readonly up: number; readonly down: number };
  /** Told of what people should know. */
  readonly log: (message: string) => void;
}

export type Settings = Required<Omit<OpenAiOptions, OptionalOnes>> & Pick<OpenAiOptions, OptionalOnes>;
type OptionalOnes = "model" | "key" | "dialect";

const usual = {
  ...{ maxRunning: 16, maxRequests: 512, maxRequestBytes: 2 ** 28 },
  ...{ timeoutMs: 60_000, maxSilenceMs: 60_000, maxTokens: 256, watchMs: { up: 3_000, down: 500 } },
};

/** The options with what they leave open. Throws BAD_USER_INPUT for an address that is none. */
export function settingsOf(options: OpenAiOptions): Settings {
  checkUrl(options.url);
  return { ...usual, ...options };
}

function checkUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw wrong("the server's address must be a URL such as http://127.0.0.1:8080/v1");
  }
  if (url.username !== "" || url.password !== "" || url.search !== "") {
    throw wrong("the server's address must hold no name, password or query: the key is an option of its own");
  }
}

function wrong(message: string): InferenceError {
  return new InferenceError("BAD_USER_INPUT", message);
}
