import { CloseCode, type Server } from "graphql-ws";
import type { RawData, WebSocket } from "ws";
import type { Log } from "./log.ts";
import { MessageBudget } from "./message-budget.ts";
import type { TraceParent } from "./traces.ts";
import type { WebsocketLimits } from "./websocket-limits.ts";
import type { SocketScope } from "./websocket-operations.ts";

export interface ConnectionParts {
  readonly protocol: Server<SocketScope>;
  readonly identify: SocketScope["identify"];
  /** As the request says of which it was made. */
  readonly parent: TraceParent;
  readonly limits: WebsocketLimits;
  readonly log: Log;
  readonly isDraining: () => boolean;
}

/** One client's socket: carries messages both ways, keeps it to its limits, and notices when it has gone. */
export class WebsocketConnection {
  readonly #socket: WebSocket;
  readonly #parts: ConnectionParts;
  readonly #operations: SocketScope["operations"] = new Map();
  readonly #budget: MessageBudget;
  readonly #pings: NodeJS.Timeout;
  #isAnswering = true;

  constructor(socket: WebSocket, parts: ConnectionParts) {
    this.#socket = socket;
    this.#parts = parts;
    this.#budget = new MessageBudget(parts.limits);
    this.#pings = setInterval(() => this.#ping(), parts.limits.pingMs);
    this.#open();
  }

  get isBusy(): boolean {
    return this.#operations.size > 0;
  }

  /** Closes it once nothing runs on it any more. */
  drain(): void {
    if (!this.isBusy) this.#socket.close(goingAway, "The server is stopping.");
  }

  #open(): void {
    const socket = this.#socket;
    const { identify, parent } = this.#parts;
    const onOperationEnd = (): void => {
      // The message that ends the operation goes out first.
      if (this.#parts.isDraining()) setImmediate(() => this.drain());
    };
    const closed = this.#parts.protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => this.#send(text),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (receive) => socket.on("message", (data) => void this.#receive(textOf(data), receive)),
      },
      { identify, parent, operations: this.#operations, onOperationEnd },
    );
    // What breaks a socket, such as a message that is too long, closes it with a code that says so.
    socket.on("error", () => undefined);
    socket.on("pong", () => (this.#isAnswering = true));
    socket.once("close", (code, reason) => {
      clearInterval(this.#pings);
      for (const { leaving } of this.#operations.values()) leaving.abort();
      closed(code, String(reason)).catch((error: unknown) => this.#parts.log.error("a socket closed badly", error));
    });
  }

  /** Resolves when the message is with the system: until then nothing more is asked of its stream. */
  #send(text: string): Promise<void> {
    const socket = this.#socket;
    return new Promise((resolve) => {
      if (socket.readyState !== socket.OPEN) return resolve();
      // A message that is lost is lost with its socket, whose closing ends the operations.
      socket.send(text, () => resolve());
    });
  }

  async #receive(text: string, receive: (text: string) => Promise<void>): Promise<void> {
    const socket = this.#socket;
    if (!this.#budget.take(performance.now())) {
      socket.close(policyViolation, "Too many messages");
      return;
    }
    if (socket.bufferedAmount > this.#parts.limits.maxUnreadBytes) {
      socket.terminate();
      return;
    }
    this.#abortCompleted(text);
    try {
      await receive(text);
    } catch (error) {
      this.#parts.log.error("a message could not be handled", error);
      socket.close(CloseCode.InternalServerError, "Internal server error");
    }
  }

  /** A client that completes an operation has left it; of queries and mutations graphql-ws does not say so. */
  #abortCompleted(text: string): void {
    if (text.length > maxCompleteLength || !text.includes('"complete"')) return;
    const completed = completedId(text);
    for (const { id, leaving } of this.#operations.values()) if (id === completed) leaving.abort();
  }

  #ping(): void {
    if (!this.#isAnswering) return this.#socket.terminate();
    this.#isAnswering = false;
    this.#socket.ping();
  }
}

/** https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const goingAway = 1001;
const policyViolation = 1008;
/** Of a Complete message: its id is short. */
const maxCompleteLength = 1_024;

/** Under ws's default binary type every message comes as a Buffer. */
function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString() : "";
}

function completedId(text: string): string | undefined {
  try {
    const { type, id } = JSON.parse(text) as { readonly type?: unknown; readonly id?: unknown };
    return type === "complete" && typeof id === "string" ? id : undefined;
  } catch {
    return undefined;
  }
}
