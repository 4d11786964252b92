import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Config } from "./config.ts";

/** Longer names of clients are cut. */
const MAX_CHARACTERS = 128;

/** What of a request says who sends it. */
export interface Incoming {
  readonly headers: IncomingMessage["headers"];
  readonly socket: Pick<Socket, "remoteAddress">;
}

/**
 * Who sends a request, as far as clients are told apart: by the header that the proxy before this server sets, of whose
 * list the last is what that proxy saw itself; without one, by the address.
 */
export function clientOf(request: Incoming, { clientHeader }: Pick<Config, "clientHeader">): string {
  const address = request.socket.remoteAddress ?? "";
  if (clientHeader === undefined) return address;
  const told = [request.headers[clientHeader] ?? []].flat().join(",");
  return told.split(",").at(-1)!.trim().slice(0, MAX_CHARACTERS) || address;
}
