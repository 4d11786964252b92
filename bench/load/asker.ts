import { Agent, type IncomingMessage, request } from "node:http";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { machineMs } from "./machine-clock.ts";
import type { Body } from "./upload.ts";

/** How a request ended, as its client saw it. */
export interface Asked {
  /** When it was sent, on the machine's clock. */
  readonly at: number;
  /** From sending to having the whole answer. */
  readonly ms: number;
  /** OK, the code of its first error, or what became of its connection. */
  readonly code: string;
  readonly retryAfterMs: number | undefined;
}

/** The same with what it was answered. */
export interface Answered extends Asked {
  readonly data?: unknown;
}

/** Who is asked, and by whom. */
export interface Address {
  readonly url: string;
  /** As the server's --client-header tells it. */
  readonly client: string;
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions: { readonly code: string; readonly retryAfterMs?: number } }[];
}

/** By this header the benchmark's clients are told apart. */
export const CLIENT_HEADER = "x-client";

/** Sends requests to a graph, on connections that are kept; costs little, so that what is measured is the server. */
export class Asker {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  readonly #address: Address;

  constructor(address: Address) {
    this.#address = address;
  }

  /** Never rejects: what fails is an outcome too. */
  async ask({ headers, bytes }: Body): Promise<Answered> {
    const at = machineMs();
    const ended = (code: string, retryAfterMs?: number): Asked => ({ at, ms: machineMs() - at, code, retryAfterMs });
    try {
      const { url, client } = this.#address;
      const all = { ...headers, "content-length": bytes.length, [CLIENT_HEADER]: client };
      const sending = request(`${url}/graphql`, { method: "POST", agent: this.#agent, headers: all });
      const answering = once(sending, "response") as Promise<[IncomingMessage]>;
      sending.end(bytes);
      const [response] = await answering;
      const { data, errors } = JSON.parse(await text(response)) as Answer;
      const failure = errors?.[0]?.extensions;
      return failure === undefined ? { ...ended("OK"), data } : ended(failure.code, failure.retryAfterMs);
    } catch (error) {
      return ended(error instanceof Error && "code" in error ? String(error.code) : String(error));
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}
