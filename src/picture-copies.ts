import type { ServerResponse } from "node:http";
import type { CopyKey } from "../gallery/copy-files.ts";
import { InferenceError } from "../inference/index.ts";
import type { PictureExchange } from "./picture-files.ts";
import { sendError, sendOverload } from "./respond.ts";

interface CopyExchange extends PictureExchange {
  /** Says of what follows that it never changes. */
  readonly setHeaders: () => void;
}

/** Sends a copy of a picture, which is made if there is none yet; nobody makes one for a client that has left. */
export async function sendCopy(key: CopyKey, exchange: CopyExchange): Promise<void> {
  const { request, response, client, gallery, setHeaders } = exchange;
  try {
    const bytes = await gallery.copy(key, { client, signal: untilClosed(response) });
    setHeaders();
    response.writeHead(200, { "content-type": "image/webp", "content-length": bytes.byteLength });
    response.end(request.method === "HEAD" ? undefined : bytes);
  } catch (error) {
    if (!(error instanceof InferenceError)) throw error;
    sendProblem(response, error);
  }
}

function untilClosed(response: ServerResponse): AbortSignal {
  const closed = new AbortController();
  response.once("close", () => closed.abort());
  return closed.signal;
}

/** The request is right whatever went wrong: the picture's own file may be. */
function sendProblem(response: ServerResponse, { code, message, retryAfterMs = 1_000 }: InferenceError): void {
  if (code === "CANCELLED") response.destroy();
  else if (code === "OVERLOADED") sendOverload(response, { code, message, retryAfterMs });
  else sendError(response, statuses[code] ?? 503, { code, message });
}

const statuses: Readonly<Partial<Record<InferenceError["code"], number>>> = {
  NOT_FOUND: 404,
  IMAGE_UNREADABLE: 500,
  IMAGE_TOO_LARGE: 500,
};
