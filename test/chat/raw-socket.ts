import { once } from "node:events";
import { WebSocket, type ClientOptions } from "ws";

export type Message = Readonly<Record<string, unknown>> & { readonly type: string };

export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** A socket on which a test says what it likes, and hears all that is said. */
export class RawSocket {
  readonly socket: WebSocket;
  readonly heard: Message[] = [];
  readonly closed: Promise<Closing>;
  #wake: () => void = () => undefined;

  constructor(url: string, options: ClientOptions & { readonly protocol?: string | undefined } = {}) {
    const { protocol = "graphql-transport-ws", ...rest } = options;
    this.socket = new WebSocket(`${url.replace("http", "ws")}/graphql`, protocol === "" ? [] : [protocol], rest);
    this.socket.on("message", (data: Buffer) => {
      this.heard.push(JSON.parse(data.toString()) as Message);
      this.#wake();
    });
    this.closed = once(this.socket, "close").then(([code, reason]) => ({
      code: code as number,
      reason: (reason as Buffer).toString(),
    }));
    this.socket.on("error", () => undefined);
  }

  /** A socket that has said hello. */
  static async greeted(url: string, options?: ClientOptions): Promise<RawSocket> {
    const socket = new RawSocket(url, options);
    await socket.opened();
    socket.say({ type: "connection_init" });
    await socket.hear("connection_ack");
    return socket;
  }

  async opened(): Promise<void> {
    if (this.socket.readyState !== WebSocket.OPEN) await once(this.socket, "open");
  }

  say(message: Message | string): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables: Readonly<Record<string, unknown>> = {}): void {
    this.say({ type: "subscribe", id, payload: { query, variables } });
  }

  /** Resolves once what was heard is such. */
  async until(isSuch: (heard: readonly Message[]) => boolean): Promise<void> {
    while (!isSuch(this.heard)) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  /** The first message of this type, now or later. */
  async hear(type: string): Promise<Message> {
    for (;;) {
      const found = this.heard.find((message) => message.type === type);
      if (found) return found;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

/** The status and body with which a socket was refused; undefined if it was opened. */
export function refusalOf(
  url: string,
  options: ClientOptions & { readonly path?: string } = {},
): Promise<{ status: number; body: string } | undefined> {
  const { path = "/graphql", ...rest } = options;
  const socket = new WebSocket(`${url.replace("http", "ws")}${path}`, "graphql-transport-ws", rest);
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("open", () => {
      socket.close();
      resolve(undefined);
    });
    socket.on("unexpected-response", (_request, response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString()));
      response.on("end", () => resolve({ status: response.statusCode!, body }));
    });
  });
}
