/** Milliseconds on the machine's monotonic clock, which all its processes share. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

const TRIES = 100;

/**
 * When this process's performance.now() was 0; both clocks tick alike. Whoever is interrupted between the two readings sees
 * it too early, so the latest of some tries is right.
 */
const ORIGIN = Math.max(...Array.from({ length: TRIES }, () => machineMs() - performance.now()));

/** An instant of performance.now() in this process, on the machine's clock. */
export function onMachineClock(ms: number): number {
  return ORIGIN + ms;
}
