import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { EventLoopDelay } from "./event-loop-probe.ts";

/** How late the event loop of a process with the probe ran since this was asked last. */
export async function takeEventLoopDelay(child: ChildProcess, signal: AbortSignal): Promise<EventLoopDelay> {
  const answer = once(child, "message", { signal });
  child.send("take");
  const [delay] = (await answer) as [EventLoopDelay];
  return delay;
}

export type { EventLoopDelay };
