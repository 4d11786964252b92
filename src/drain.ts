import { once } from "node:events";
import type { Server } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

export interface Draining {
  /** What runs has so long to end. */
  readonly graceMs: number;
  /** Whether anything is being answered. */
  readonly isBusy: () => boolean;
  /** Called once nobody can connect any more. */
  readonly onClosed: () => void;
  /** Has what is left say why it ends: the grace is over. */
  readonly cut: () => void;
  /** Ends what says nothing more. */
  readonly end: () => void;
}

const sweepMs = 50;
/** For connections on which nothing is being answered, such as those whose client has begun to ask. */
const closingMs = 5_000;
/** For what is cut to say why it ends. */
const lastWordsMs = 200;

/**
 * Closes a server once all that runs has ended, or the grace is over. As long as something runs the port stays open:
 * whoever asks whether the server is ready, or anything else, is told that it stops, not left without an answer.
 */
export async function drain(http: Server, { graceMs, isBusy, onClosed, cut, end }: Draining): Promise<void> {
  if (!http.listening) return;
  const until = performance.now() + graceMs;
  while (isBusy() && performance.now() < until) await delay(sweepMs);
  const closed = once(http, "close");
  http.close();
  onClosed();
  // Again and again: Node would keep alive a connection whose last answer has just ended.
  const sweep = setInterval(() => http.closeIdleConnections(), sweepMs);
  await within(closed, Math.min(closingMs, until - performance.now()));
  cut();
  await within(closed, lastWordsMs);
  clearInterval(sweep);
  http.closeAllConnections();
  end();
  await closed;
}

function within(closed: Promise<unknown>, ms: number): Promise<unknown> {
  return Promise.race([closed, delay(Math.max(0, ms), undefined, { ref: false })]);
}
