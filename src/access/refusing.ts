import type { ServerResponse } from "node:http";
import type { OnRefusal } from "../refused-request.ts";
import { sendError, sendOverload } from "../respond.ts";
import { AccessError } from "./access-error.ts";

/** What needs to know who asks, where it is known; else answers why not, by 401 or 429, before any body is read. */
export async function refusing<T>(
  { onRefusal }: { readonly onRefusal?: OnRefusal | undefined },
  response: ServerResponse,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    refuse(response, error);
    onRefusal?.({ transport: "http", status: response.statusCode });
    return undefined;
  }
}

function refuse(response: ServerResponse, { code, message, retryAfterMs }: AccessError): void {
  if (retryAfterMs !== undefined) return sendOverload(response, { code: "OVERLOADED", message, retryAfterMs }, 429);
  response.setHeader("www-authenticate", 'Bearer realm="triptych"');
  sendError(response, 401, { code, message });
}
