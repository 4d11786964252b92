import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { ClientCode } from "./client-error.ts";
import type { Config } from "./config.ts";
import { isAddressedTo, pathOf, wrongHost } from "./hosts.ts";
import type { WebsocketLimits } from "./websocket-limits.ts";

/** Why a socket is not opened. */
export interface Refusal {
  readonly status: number;
  readonly code: ClientCode;
  readonly message: string;
}

export interface Admission {
  readonly config: Pick<Config, "hosts" | "origins">;
  readonly limits: WebsocketLimits;
  readonly path: string;
  readonly isDraining: boolean;
  /** Sockets that are open, in all and of the same client. */
  readonly open: { readonly total: number; readonly sameAddress: number };
}

/** Why this request may not become a socket; undefined where it may. A browser's sockets obey no CORS: the origin is checked here. */
export function refusalOf(
  request: IncomingMessage,
  { config, limits, path, isDraining, open }: Admission,
): Refusal | undefined {
  if (pathOf(request) !== path) return { ...notFound, message: `There is no socket at this path, only at ${path}.` };
  if (!isAddressedTo(config.hosts, request)) return { ...misdirected, message: wrongHost(request) };
  if (!mayOpen(request, config.origins)) {
    const message = `Pages of ${request.headers.origin ?? ""} may not open sockets here; CORS_ORIGINS says which may.`;
    return { ...forbidden, message };
  }
  if (isDraining) return { ...stopping, message: "The server is stopping." };
  if (open.total >= limits.maxSockets)
    return { ...full, message: `${open.total} sockets are open, the most there may be.` };
  if (open.sameAddress < limits.maxSocketsPerAddress) return undefined;
  return { ...tooMany, message: `${open.sameAddress} sockets are open from your address, the most there may be.` };
}

/** Answers instead of switching protocols. */
export function refuse(socket: Duplex, { status, code, message }: Refusal): void {
  const body = `${JSON.stringify({ errors: [{ message, extensions: { code } }] })}\n`;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "connection: close",
    "content-type: application/json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  // A client that does not close its end would keep ours open.
  socket.once("finish", () => socket.destroy());
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

const notFound = { status: 404, code: "NOT_FOUND" } as const;
const misdirected = { status: 421, code: "FORBIDDEN" } as const;
const forbidden = { status: 403, code: "FORBIDDEN" } as const;
const stopping = { status: 503, code: "MODEL_UNAVAILABLE" } as const;
const full = { status: 503, code: "OVERLOADED" } as const;
const tooMany = { status: 429, code: "OVERLOADED" } as const;

/** Programs send no origin; a browser always does, and cannot choose it. */
function mayOpen({ headers: { origin, host } }: IncomingMessage, origins: readonly string[]): boolean {
  if (origin === undefined || origins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
