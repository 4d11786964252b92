import type { ServerResponse } from "node:http";

/** How long a client may read nothing of what waits for it. */
const patienceMs = 60_000;

/** Cuts a response of which its client reads nothing any more: a stream would stay open for good. */
export function cutWhenStalled(response: ServerResponse, { everyMs = patienceMs } = {}): void {
  let written = -1;
  const check = setInterval(() => {
    const now = response.socket?.bytesWritten ?? 0;
    if (response.writableNeedDrain && now === written) response.destroy();
    written = now;
  }, everyMs);
  check.unref();
  response.once("close", () => clearInterval(check));
}
