import type { ServerResponse } from "node:http";
import type { CopyKey } from "../gallery/copy-files.ts";
import type { InferenceError } from "../inference/index.ts";
import type { PictureExchange } from "./picture-files.ts";
import { sendError, sendOverload } from "./respond.ts";

interface CopyExchange extends PictureExchange {
  /** Says of what follows that it never changes. */
  readonly setHeaders: () => void;
}

/** Sends a copy of a picture (an InferenceError says why not), which is made if there is none yet; nobody makes one for a client that has left. */
export async function sendCopy(key: CopyKey, exchange: CopyExchange): Promise<void> {
  const { request, response, client, gallery, setHeaders } = exchange;
  const bytes = await gallery.copy(key, { client, signal: untilClosed(response) });
  setHeaders();
  response.writeHead(200, { "content-type": "image/webp", "content-length": bytes.byteLength });
  response.end(request.method === "HEAD" ? undefined : bytes);
}

function untilClosed(response: ServerResponse): AbortSignal {
  const closed = new AbortController();
  response.once("close", () => closed.abort());
  return closed.signal;
}

/** Says why a picture or a copy cannot be sent, of a request that is right. */
export function sendProblem(response: ServerResponse, { code, message, retryAfterMs = 1_000 }: InferenceError): void {
  if (code === "CANCELLED") response.destroy();
  else if (code === "OVERLOADED") sendOverload(response, { code, message, retryAfterMs });
  else sendError(response, statuses[code] ?? 503, { code, message });
}

const statuses: Readonly<Partial<Record<InferenceError["code"], number>>> = {
  NOT_FOUND: 404,
  IMAGE_UNREADABLE: 500,
  IMAGE_TOO_LARGE: 500,
};
