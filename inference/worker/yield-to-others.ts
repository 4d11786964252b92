import { setPriority } from "node:os";

/** As a `nice` of Linux and macOS: beside a thread at 0, this one has about a quarter of a core. */
const NICENESS = 5;

/**
 * Lets everything else of the server go before this thread and those that it begins: beside passes, which take every core
 * for as long as they last, what is written to clients takes next to nothing, and would wait. On Linux a thread has a
 * priority of its own; elsewhere that of the whole worker is set.
 */
export function yieldToOthers(): void {
  try {
    setPriority(0, NICENESS);
  } catch {
    // Where it is not allowed, all are equal.
  }
}
