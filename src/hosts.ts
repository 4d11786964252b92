import type { IncomingMessage } from "node:http";

const loopback = ["localhost", "127.0.0.1", "[::1]"];

/** A loopback server answers to loopback names only: a page elsewhere cannot rebind its own name to this address. */
export function hostsOf(host: string, allowed: readonly string[]): readonly string[] | undefined {
  if (allowed.length > 0) return [...loopback, ...allowed];
  return [...loopback, "::1"].includes(host) ? loopback : undefined;
}

/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return [...loopback, "::1"].includes(host) || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Whether the request names this server as the host that it wants: a page elsewhere could rebind its name to our address. */
export function isAddressedTo(hosts: readonly string[] | undefined, { headers }: IncomingMessage): boolean {
  const name = (headers.host ?? "").replace(/:\d*$/, "").toLowerCase();
  return !hosts || hosts.includes(name);
}

export function wrongHost({ headers }: IncomingMessage): string {
  return `This server does not answer to the name "${headers.host ?? ""}"; ALLOWED_HOSTS says to which it does.`;
}

/** The path of a request, without its query. */
export function pathOf({ url = "/" }: IncomingMessage): string {
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}
