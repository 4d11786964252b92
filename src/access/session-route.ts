import type { IncomingMessage, ServerResponse } from "node:http";
import type { Config } from "../config.ts";
import type { OnRefusal } from "../refused-request.ts";
import { sendError } from "../respond.ts";
import type { Session, Sessions } from "./access.ts";
import { refusing } from "./refusing.ts";
import { sessionCookie } from "./session-cookie.ts";
import { visitorOf } from "./visitor.ts";

/** Where a page opens a session (POST, with its key as any request has it), and ends it (DELETE). */
export const sessionPath = "/session";

export interface SessionParts {
  readonly sessions: Sessions;
  readonly config: Pick<Config, "clientHeader">;
  readonly onRefusal?: OnRefusal | undefined;
}

/** Opens or ends the session of a browser. What carries a key a page elsewhere cannot have sent unasked. */
export async function answerSession(
  parts: SessionParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { sessions, config } = parts;
  if (request.method === "POST") {
    const session = await refusing(parts, response, () => sessions.open(visitorOf(request, config)));
    if (session !== undefined) send(session, request, response);
  } else if (request.method === "DELETE") send(ended, request, response);
  else {
    response.setHeader("allow", "POST, DELETE");
    sendError(response, 405, { code: "BAD_USER_INPUT", message: "Only POST and DELETE are taken at this path." });
  }
}

const ended: Session = { token: "", maxAgeMs: 0 };

function send(session: Session, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(204, { "set-cookie": sessionCookie(session, request), "cache-control": "no-store" }).end();
}
