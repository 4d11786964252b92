import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** By how much the event loop's timers were late, in milliseconds. */
export interface EventLoopDelay {
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** How late the event loop of a process with the probe ran since this was asked last. */
export async function takeEventLoopDelay(child: ChildProcess, signal: AbortSignal): Promise<EventLoopDelay> {
  const answer = once(child, "message", { signal });
  child.send("take");
  const [delay] = (await answer) as [EventLoopDelay];
  return delay;
}
