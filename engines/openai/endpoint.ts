import { type JsonObject, parsed } from "./json.ts";
import { connectionError, errorOf, retryAfterOf, unavailable } from "./server-errors.ts";

/** Of what a server says of itself, or why it refuses something. */
const MAX_JSON_BYTES = 2 ** 20;
/** Of an answer as it streams: some hundred thousand tokens, with all that is said of each. */
const MAX_STREAM_BYTES = 2 ** 28;

export interface EndpointOptions {
  readonly url: string;
  readonly key?: string | undefined;
}

/** A server's address and the key to it. Whatever it sends is read to a bound; where it sends one elsewhere, nobody goes. */
export class Endpoint {
  /** Without a slash at its end. */
  readonly #api: string;
  readonly #root: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ url, key }: EndpointOptions) {
    this.#api = url.replace(/\/+$/, "");
    this.#root = this.#api.replace(/\/v1$/, "");
    this.#headers = key === undefined || key === "" ? {} : { authorization: `Bearer ${key}` };
  }

  /** What stands at a path of the API. Rejects with an InferenceError, or with BrokenAnswer. */
  ask(path: string, signal: AbortSignal): Promise<unknown> {
    return this.#get(`${this.#api}/${path}`, signal);
  }

  /** What stands beside the API, where servers say what they are. */
  askRoot(path: string, signal: AbortSignal): Promise<unknown> {
    return this.#get(`${this.#root}/${path}`, signal);
  }

  /** Asks for a stream, and gives its bytes as they come; aborting closes the connection. Rejects likewise. */
  async *stream(path: string, body: JsonObject, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const type = { "content-type": "application/json", accept: "text/event-stream" };
    const request = { method: "POST", body: JSON.stringify(body), signal };
    try {
      const response = await this.#fetch(`${this.#api}/${path}`, request, type);
      yield* bounded(response, MAX_STREAM_BYTES);
    } catch (error) {
      signal.throwIfAborted();
      throw connectionError(error);
    }
  }

  async #get(url: string, signal: AbortSignal): Promise<unknown> {
    try {
      return parsed(await textOf(await this.#fetch(url, { signal })));
    } catch (error) {
      signal.throwIfAborted();
      throw connectionError(error);
    }
  }

  async #fetch(url: string, init: RequestInit, type: Readonly<Record<string, string>> = {}): Promise<Response> {
    const headers = { ...type, ...this.#headers };
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    if (response.ok) return response;
    const retryAfterMs = retryAfterOf(response.headers.get("retry-after"), Date.now());
    throw errorOf({ status: response.status, body: await textOf(response), retryAfterMs });
  }
}

async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const bytes of bounded(response, MAX_JSON_BYTES)) parts.push(bytes);
  return Buffer.concat(parts).toString();
}

/** Leaving the loop closes the connection. */
async function* bounded({ body }: Response, maxBytes: number): AsyncGenerator<Uint8Array> {
  let left = maxBytes;
  for await (const bytes of body ?? []) {
    left -= bytes.length;
    if (left < 0) throw unavailable(`The model's server says more than ${maxBytes} bytes.`);
    yield bytes;
  }
}
