import type { ErrorCode } from "./errors.ts";
import type { ModelInfo } from "./model-info.ts";
import type { FinishReason, Timing } from "./result.ts";

/** What becomes of a generation. */
export type GenerationEvent =
  | { readonly type: "queued"; readonly position: number; readonly estimatedWaitMs: number }
  | {
      readonly type: "started";
      readonly model: ModelInfo;
      readonly promptTokens: number;
      readonly reusedTokens: number;
      readonly imageCacheHit: boolean;
    }
  | { readonly type: "delta"; readonly delta: string }
  | CompletedEvent
  | FailedEvent;

export interface CompletedEvent {
  readonly type: "completed";
  readonly finishReason: FinishReason;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly timing: Timing;
}

export interface FailedEvent {
  readonly type: "failed";
  readonly code: ErrorCode;
  readonly message: string;
  /** Whether the same request may succeed at another time. */
  readonly retryable: boolean;
  readonly retryAfterMs?: number | undefined;
}

/** An event with its number, and with the generation's text up to and with it. */
export type NumberedEvent = GenerationEvent & { readonly seq: number; readonly text: string };

/** How far a reader is behind. */
export interface Backlog {
  readonly events: number;
  readonly characters: number;
}

interface Entry {
  readonly event: GenerationEvent;
  /** Length of the text up to and with this event. */
  readonly end: number;
}

/** More than any generation's tokens; beyond, deltas are put together. */
const MAX_EVENTS = 4_096;

/**
 * A generation as numbered events: 0, 1, 2 …, the last of them `completed` or `failed` and no other. The deltas joined are
 * the text, which is kept once. Pure, and readable after any number.
 */
export class GenerationLog {
  readonly #entries: Entry[] = [];
  readonly #maxEvents: number;
  #text = "";
  /** The end of the text that has no number yet. */
  #gathered = "";

  constructor({ maxEvents = MAX_EVENTS }: { readonly maxEvents?: number } = {}) {
    this.#maxEvents = maxEvents;
  }

  /** The number of the latest event; -1 before the first. */
  get lastSeq(): number {
    return this.#entries.length - 1;
  }

  get isEnded(): boolean {
    const last = this.#entries.at(-1);
    return last !== undefined && isTerminal(last.event);
  }

  get text(): string {
    return this.#text;
  }

  /**
   * Numbers an event. A delta without text is none; beyond the most events, deltas gather and come as one before the end.
   * RangeError after the end.
   */
  append(event: GenerationEvent): void {
    if (this.isEnded) throw new RangeError("A generation that has ended takes no more events.");
    if (event.type === "delta") return this.#appendDelta(event.delta);
    if (isTerminal(event)) this.#numberText();
    this.#entries.push({ event, end: this.#text.length });
  }

  /** The event after this number. */
  next(after: number): NumberedEvent | undefined {
    return this.#read(after + 1, after + 1);
  }

  /** The event after this number; deltas in a row as one, which has the number of the last of them. */
  nextMerged(after: number): NumberedEvent | undefined {
    let last = after + 1;
    while (this.#isDelta(last) && this.#isDelta(last + 1)) last += 1;
    return this.#read(after + 1, last);
  }

  /** What there is after this number. */
  backlog(after: number): Backlog {
    const numbered = this.#entries.at(-1)?.end ?? 0;
    return { events: Math.max(0, this.lastSeq - after), characters: numbered - this.#endOf(after) };
  }

  /** The text is only added to: to look into it would copy all of it each time. */
  #appendDelta(delta: string): void {
    this.#text += delta;
    this.#gathered += delta;
    // Two places are kept: for the text that gathers, and for the end.
    if (this.#entries.length < this.#maxEvents - 2) this.#numberText();
  }

  #numberText(): void {
    const delta = this.#gathered;
    if (delta === "") return;
    this.#gathered = "";
    this.#entries.push({ event: { type: "delta", delta }, end: this.#text.length });
  }

  #read(first: number, last: number): NumberedEvent | undefined {
    const entry = this.#entries[last];
    if (entry === undefined) return undefined;
    const { event, end } = entry;
    if (event.type !== "delta") return numbered(event, last, () => this.#text.slice(0, end));
    const delta = first === last ? event.delta : this.#text.slice(this.#endOf(first - 1), end);
    return numbered({ type: "delta", delta }, last, () => this.#text.slice(0, end));
  }

  #isDelta(seq: number): boolean {
    return this.#entries[seq]?.event.type === "delta";
  }

  #endOf(seq: number): number {
    return this.#entries[seq]?.end ?? 0;
  }
}

/** Whether nothing can follow. */
export function isTerminal(event: GenerationEvent): event is CompletedEvent | FailedEvent {
  return event.type === "completed" || event.type === "failed";
}

/** All text so far is cut out of the whole only where somebody wants it: else a stream would cost its length squared. */
function numbered(event: GenerationEvent, seq: number, text: () => string): NumberedEvent {
  return {
    ...event,
    seq,
    get text() {
      return text();
    },
  };
}
