/** Milliseconds on a clock that never goes back within a process and that all threads share. */
export function clock(): number {
  return performance.timeOrigin + performance.now();
}
