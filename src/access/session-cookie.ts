import type { IncomingMessage } from "node:http";
import type { Config } from "../config.ts";
import type { Access, Session } from "./access.ts";
import type { Identity } from "./identity.ts";
import { visitorOf } from "./visitor.ts";

const name = "triptych-session";

/**
 * The session as a browser keeps it: no script sees it, no page elsewhere has it sent, and it is sent for pictures only,
 * which asking for changes nothing. So nothing that a page could be made to send unasked does anything by it.
 */
export function sessionCookie({ token, maxAgeMs }: Session, { headers }: IncomingMessage): string {
  const parts = [`${name}=${token}`, "Path=/images", "HttpOnly", "SameSite=Strict"];
  // Behind a proxy that speaks TLS. Without TLS some browsers would refuse it.
  if (headers["x-forwarded-proto"] === "https") parts.push("Secure");
  return [...parts, `Max-Age=${Math.floor(maxAgeMs / 1_000)}`].join("; ");
}

/** Who asks for a picture: by a key or token, or else by their session. */
export function identifyReader(
  access: Access,
  request: IncomingMessage,
  config: Pick<Config, "clientHeader">,
): Promise<Identity> {
  const visitor = visitorOf(request, config);
  if (access.sessions === undefined || visitor.credential !== undefined) return access.identify(visitor);
  return access.sessions.identify(tokenOf(request));
}

function tokenOf({ headers }: IncomingMessage): string | undefined {
  const cookies = (headers.cookie ?? "").split(";").map((cookie) => cookie.trim());
  return cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1);
}
