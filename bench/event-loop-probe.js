import { monitorEventLoopDelay } from "node:perf_hooks";

/** Loaded into the API process before its main module (--import): tells the benchmark how late its event loop ran. */

const RESOLUTION_MS = 1;
const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
histogram.enable();

// Every message asks for the figures since the one before.
process.on("message", () => {
  /** @type {import("./event-loop.ts").EventLoopDelay} */
  const delay = { p99Ms: late(histogram.percentile(99)), maxMs: late(histogram.max) };
  process.send?.(delay);
  histogram.reset();
});
// The benchmark is gone, however that came about.
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();

/** The histogram's nanoseconds hold the interval itself too. */
function late(nanoseconds) {
  return Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
}
