import type { Xorshift } from "../random.ts";
import type { Asked } from "./asker.ts";

/** How a crowd sends its requests. */
export type Pace =
  /** So many clients, each of which sends its next request when the answer is there. */
  | { readonly kind: "closed"; readonly clients: number }
  /** So many a second, by chance (Poisson), whatever becomes of those before. */
  | { readonly kind: "open"; readonly perSecond: number }
  /** As closed, but who is refused with a time comes again after it, until the answer is there or patience is over. */
  | { readonly kind: "patient"; readonly clients: number; readonly patienceMs: number };

export interface PaceContext {
  readonly signal: AbortSignal;
  readonly random: Xorshift;
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** A new request: each call of it is an attempt. */
  readonly next: () => () => Promise<Asked>;
}

/** A request, or all attempts at one. */
export interface Outcome extends Asked {
  readonly attempts: number;
  /** How long after its time it was sent: where it is much, the crowd was too slow, not the server. */
  readonly lateMs: number;
}

/** Sends requests until the signal; resolves once all are answered, with what became of each. */
export function sendAtPace(pace: Pace, context: PaceContext): Promise<Outcome[]> {
  switch (pace.kind) {
    case "closed":
      return each(pace.clients, context, () => once(context));
    case "patient":
      return each(pace.clients, context, () => insist(pace.patienceMs, context));
    case "open":
      return openLoop(pace.perSecond, context);
  }
}

async function each(clients: number, { signal }: PaceContext, ask: () => Promise<Outcome>): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const client = async (): Promise<void> => {
    while (!signal.aborted) outcomes.push(await ask());
  };
  await Promise.all(Array.from({ length: clients }, client));
  return outcomes;
}

async function openLoop(perSecond: number, { signal, random, now, wait, next }: PaceContext): Promise<Outcome[]> {
  const sent: Promise<Outcome>[] = [];
  let due = now();
  for (;;) {
    due += (-Math.log(1 - random.fraction()) * 1000) / perSecond;
    await wait(Math.max(0, due - now()));
    if (signal.aborted) return Promise.all(sent);
    const lateMs = Math.max(0, now() - due);
    sent.push(next()().then((asked) => ({ ...asked, attempts: 1, lateMs })));
  }
}

async function once({ next }: PaceContext): Promise<Outcome> {
  return { ...(await next()()), attempts: 1, lateMs: 0 };
}

/** Its time is that of all attempts, and of the waits between them. */
async function insist(patienceMs: number, { now, wait, next }: PaceContext): Promise<Outcome> {
  const [first, send] = [now(), next()];
  for (let attempts = 1; ; attempts++) {
    const asked = await send();
    const ms = now() - first;
    const { retryAfterMs } = asked;
    if (retryAfterMs === undefined || ms + retryAfterMs > patienceMs) {
      return { ...asked, at: asked.at + asked.ms - ms, ms, attempts, lateMs: 0 };
    }
    await wait(retryAfterMs);
  }
}
