import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

/** Whether the request wants to become a WebSocket. https://www.rfc-editor.org/rfc/rfc6455#section-4.1 */
export function wantsWebsocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

/**
 * Serves a request that offers another protocol as if it offered none, which RFC 9110 §7.8 allows: Java's client and curl
 * offer h2c with any request. Node hands over every offer once somebody listens for one, so the request is read anew.
 */
export function declineUpgrade(http: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (!ofUpgrade.has(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[i + 1]!}`);
  }
  // Node gives headers as latin1, one character a byte.
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  http.emit("connection", socket);
}

const ofUpgrade: ReadonlySet<string> = new Set(["upgrade", "connection", "http2-settings"]);
