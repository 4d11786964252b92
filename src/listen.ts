import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ConfigError } from "./config-error.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
  /** By which others can be chosen. */
  readonly flags: string;
}

/** Has a server listen; resolves to where, such as http://127.0.0.1:4000. A ConfigError says why it cannot. */
export async function listen(http: Server, { host, port, flags }: Address): Promise<string> {
  http.listen(port, host);
  await once(http, "listening").catch((error: unknown) => {
    throw new ConfigError(`Cannot listen on ${host}, port ${port}: ${reasonOf(error)}. Choose others by ${flags}.`);
  });
  const { address, family, port: taken } = http.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${taken}`;
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "EADDRINUSE" ? "it is taken" : String(code);
}
