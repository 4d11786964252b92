import { monitorEventLoopDelay } from "node:perf_hooks";

/** Loaded into the API process before its main module (--import): tells the benchmark how late its event loop ran. */

/** By how much the event loop's timers were late, in milliseconds. */
export interface EventLoopDelay {
  readonly p99Ms: number;
  readonly maxMs: number;
}

const RESOLUTION_MS = 1;
const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
histogram.enable();

// Every message asks for the figures since the one before.
process.on("message", () => {
  process.send?.({ p99Ms: late(histogram.percentile(99)), maxMs: late(histogram.max) } satisfies EventLoopDelay);
  histogram.reset();
});
// The benchmark is gone, however that came about.
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();

/** The histogram's nanoseconds hold the interval itself too. */
function late(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
}
