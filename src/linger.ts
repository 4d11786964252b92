import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** How long a refused client may go on sending before it is cut. */
const maxLingerMs = 5_000;

/**
 * Ends in peace a connection whose request was answered before all of it was read. Its rest would stand before the next
 * request, so there can be none on it; and cutting it at once could destroy the answer on its way (RFC 9112 §9.6).
 */
export function lingerAfter(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  response.once("finish", () => {
    if (!request.complete && request.destroyed) closeInPeace(socket);
  });
}

function closeInPeace(socket: Socket): void {
  socket.end();
  socket.removeAllListeners("data").on("data", () => undefined);
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), maxLingerMs);
  socket.once("end", () => socket.destroy()).once("close", () => clearTimeout(timer));
}
