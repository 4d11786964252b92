import { setTimeout as delay } from "node:timers/promises";
import { HubError, type HubErrorKind } from "./hub-error.ts";

export interface Patience {
  /** Failures in a row without any progress. */
  readonly tries: number;
  /** Before the second try; doubled before each further one. */
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
}

export const patience: Patience = { tries: 6, firstDelayMs: 1_000, longestDelayMs: 60_000 };

/** With these, another try may succeed. */
const passing: ReadonlySet<HubErrorKind> = new Set(["busy", "unreachable", "incomplete", "damaged"]);

export interface Retrying {
  readonly patience: Patience;
  readonly signal: AbortSignal;
  /** Grows with whatever is done for good: a try that got somewhere is no failure. */
  readonly progress: () => number;
}

/** Does something again for as long as that may help. */
export async function retrying<T>(
  work: () => Promise<T>,
  { patience: limits, signal, progress }: Retrying,
): Promise<T> {
  let failures = 0;
  for (;;) {
    const before = progress();
    try {
      return await work();
    } catch (error) {
      failures = progress() > before ? 1 : failures + 1;
      if (!(error instanceof HubError) || !passing.has(error.kind) || failures >= limits.tries) throw error;
      const usual = limits.firstDelayMs * 2 ** (failures - 1);
      await delay(Math.min(limits.longestDelayMs, error.retryAfterMs ?? usual), undefined, { signal });
    }
  }
}
