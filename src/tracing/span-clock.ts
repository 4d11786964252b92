/** Milliseconds since the epoch of an instant on performance.now()'s clock; of this instant without one. */
export type SpanClock = (at?: number) => number;

/** One clock for all spans of an operation: the system's may be set between two of them, and a child would leave its parent. */
export function spanClock(): SpanClock {
  const epoch = Date.now() - performance.now();
  return (at = performance.now()) => epoch + at;
}
