import { setTimeout as delay } from "node:timers/promises";
import { HubError, type HubErrorKind } from "./hub-error.ts";

export interface Patience {
  /** Failures in a row without any progress. */
  readonly tries: number;
  /** Before the second try; doubled before each further one. */
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /** What the hub may ask to wait, which is done; where it asks for more, the pull ends and says so. */
  readonly longestAskedMs: number;
}

/** The hub counts requests by windows of five minutes. https://huggingface.co/docs/hub/rate-limits */
export const patience: Patience = {
  tries: 6,
  firstDelayMs: 1_000,
  longestDelayMs: 60_000,
  longestAskedMs: 330_000,
};

/** With these, another try may succeed. */
const passing: ReadonlySet<HubErrorKind> = new Set(["busy", "unreachable", "incomplete", "damaged"]);

/** Why a pull waits, and for how long. */
export interface Wait {
  readonly error: HubError;
  readonly ms: number;
}

export interface Retrying {
  readonly patience: Patience;
  readonly signal: AbortSignal;
  /** Grows with whatever is done for good: a try that got somewhere is no failure. */
  readonly progress: () => number;
  /** Told before each wait. */
  readonly onWait: (wait: Wait) => void;
}

/** Does something again for as long as that may help. */
export async function retrying<T>(
  work: () => Promise<T>,
  { patience: limits, signal, progress, onWait }: Retrying,
): Promise<T> {
  let failures = 0;
  for (;;) {
    const before = progress();
    try {
      return await work();
    } catch (error) {
      failures = progress() > before ? 1 : failures + 1;
      if (!(error instanceof HubError) || !passing.has(error.kind) || failures >= limits.tries) throw error;
      const { retryAfterMs: askedMs = 0 } = error;
      if (askedMs > limits.longestAskedMs) throw error;
      const usual = Math.min(limits.longestDelayMs, limits.firstDelayMs * 2 ** (failures - 1));
      const ms = Math.max(askedMs, usual);
      onWait({ error, ms });
      await delay(ms, undefined, { signal });
    }
  }
}
