import { clientOf, type Incoming } from "../client-of.ts";
import type { Config } from "../config.ts";
import type { Visitor } from "./access.ts";
import { credentialOf } from "./credential.ts";

/** Whoever sends a request, as far as it says. */
export function visitorOf(request: Incoming, config: Pick<Config, "clientHeader">): Visitor {
  return { credential: credentialOf(request.headers), address: clientOf(request, config) };
}
