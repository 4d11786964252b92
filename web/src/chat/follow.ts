import type { Problem } from "../graph/problem.ts";
import { type ChatEvent, isLast } from "./answer.ts";

export type Hear = (event: ChatEvent) => void;

/** Why a stream came to its end. */
export type Ending =
  /** By its last event, or cut off: who counts the events knows which. */
  | { readonly kind: "ended" }
  /** The server leaves who reads too slowly, who may come back at once. */
  | { readonly kind: "slow" }
  | { readonly kind: "refused"; readonly problem: Problem }
  /** It was left from here. */
  | { readonly kind: "left" };

/** Hears the events after a number, or all of them; resolves when there are no more, or the signal is given. */
export type Listen = (after: number | undefined, hear: Hear, signal: AbortSignal) => Promise<Ending>;

export interface FollowOptions {
  readonly listen: Listen;
  /** The last event that is known. */
  readonly after: number | undefined;
  /** Told of each event once, in order. */
  readonly hear: Hear;
  readonly onConnection: (state: "lost" | "back") => void;
  /** Whether the server answers. */
  readonly isReached: () => Promise<boolean>;
  /** Waits before listening again, after so many losses in a row. */
  readonly pause: (losses: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Follows a generation to its end over as many connections as it takes; resolves to why it was refused, if it was. */
export async function follow(options: FollowOptions): Promise<Problem | undefined> {
  const { listen, hear, onConnection, isReached, pause, signal } = options;
  const known = { seq: options.after, losses: 0, isOver: false };
  const back = (): void => {
    if (known.losses > 0) onConnection("back");
    known.losses = 0;
  };
  const take = (event: ChatEvent): void => {
    back();
    if (known.isOver || (known.seq !== undefined && event.seq <= known.seq)) return;
    known.seq = event.seq;
    known.isOver = isLast(event);
    hear(event);
  };
  while (!signal.aborted) {
    const leave = known.losses > 0 ? whenItLasts(isReached, back) : undefined;
    const ending = await listen(known.seq, take, signal);
    leave?.();
    if (known.isOver || ending.kind === "left") return undefined;
    if (ending.kind === "refused") return ending.problem;
    if (ending.kind === "slow") continue;
    onConnection("lost");
    await pause(known.losses++, signal);
  }
  return undefined;
}

const LASTS_MS = 1_000;

/** Nothing may come for long, as in a queue: a stream that lasts, of a server that answers, is there again. */
function whenItLasts(isReached: () => Promise<boolean>, back: () => void): () => void {
  const lasting = { isLeft: false };
  const look = async (): Promise<void> => {
    if ((await isReached()) && !lasting.isLeft) back();
  };
  const timer = setTimeout(() => void look(), LASTS_MS);
  return () => {
    lasting.isLeft = true;
    clearTimeout(timer);
  };
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** Twice as long each time, less up to half by chance: not all who were cut off come back at once. */
export function pauseMs(losses: number, chance: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** losses) * (1 - chance / 2);
}

/** Waits as `pauseMs` says, and no longer once the browser says that it is online again. */
export function pauseUntilOnline(losses: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const waiting = new AbortController();
    const go = (): void => {
      clearTimeout(timer);
      waiting.abort();
      resolve();
    };
    const timer = setTimeout(go, pauseMs(losses, Math.random()));
    window.addEventListener("online", go, { signal: waiting.signal });
    signal.addEventListener("abort", go, { signal: waiting.signal });
  });
}
