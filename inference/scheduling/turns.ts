import type { Batch, EncoderBatch } from "./batch.ts";
import { type Claim, type Order, type Priority } from "./claim.ts";
import type { DecoderLane } from "./decoder-lane.ts";
import type { EncoderLane } from "./encoder-lane.ts";
import { stepMsOf } from "./decoder-pass.ts";
import { FairShare } from "./fair-share.ts";
import { leastOf, type Standings } from "./standings.ts";

/** Something that the device could do next, and for whom. */
export type Work = EncoderWork | DecoderWork;

export interface EncoderWork {
  readonly kind: "encode";
  readonly lane: EncoderLane;
  readonly claims: readonly Claim[];
  /** A pass that has begun, and is to be gone on with. */
  readonly resting: EncoderBatch | undefined;
}

export interface DecoderWork {
  readonly kind: "step" | "chunk";
  readonly lane: DecoderLane;
  readonly claims: readonly Claim[];
}

/** What the device shall do next; within it, `order` says who goes first. */
export type Turn = { readonly order: Order } & (
  | Pick<EncoderWork, "kind" | "lane" | "resting">
  | { readonly kind: "step" | "chunk"; readonly lane: DecoderLane; readonly company: "alone" | "beside others" }
);

/** Decides whose turn it is. */
export class Turns {
  readonly #standings: Standings;
  /** Device time between the next tokens of those who run and all that lets others begin. */
  readonly #steps = new FairShare({ step: 3, rest: 2 });
  readonly #rest = new FairShare({ encode: 1, chunk: 1 });
  #count = 0;
  #last: Work["kind"] | undefined;
  /** Whether the last turn was of a priority whose time these share. */
  #isShared = false;
  /** What the last such turn was, if there was no step in it. */
  #sinceStep: "encode" | "chunk" | undefined;

  constructor(standings: Standings) {
    this.#standings = standings;
  }

  /**
   * Of all there is to do, a priority's, as far as it is its turn. While somebody watches for the next token, steps get three
   * fifths of that time, and encoders and long prompts share the rest, never one right after the other: tokens come more than
   * half as fast as if nothing else were done, also when those who begin make the steps longer. What another priority has
   * between two such turns does not count. Else whoever had least of the device goes first; of one client's work, running
   * sequences go on after every whole encoder pass, which may bring them company: what is slower for one is faster for all.
   * Among lanes of a kind, after that, the one served longest ago is first.
   */
  take(works: readonly Work[]): Turn | undefined {
    if (works.length === 0) return undefined;
    const priority = this.#standings.turnOf(works.flatMap(({ claims }) => claims));
    const wanted = works.flatMap((work) => withinPriority(work, priority));
    this.#isShared = wanted.some(isWatched);
    if (!works.some(isWatched)) this.#pause();
    const work = this.#isShared ? this.#shared(wanted) : this.#alternating(wanted);
    work.lane.served = ++this.#count;
    this.#last = work.kind;
    const order = this.#standings.orderOf(priority);
    if (work.kind === "encode") return { ...work, order };
    const numDecoders = new Set(works.filter(isDecoding).map(({ lane }) => lane)).size;
    // Whoever watches waits for this, whatever priority it is.
    const company = works.some(isWatched) || numDecoders > 1 ? "beside others" : "alone";
    return { kind: work.kind, lane: work.lane, company, order };
  }

  /** Accounts for the pass of the last turn. Of a mixed one, what a step would have taken is the step's. */
  took(batch: Batch, ms: number): void {
    if (!this.#isShared) return;
    const stepMs = stepPartOf(batch, ms);
    const rest = batch.kind === "encoder" ? "encode" : "chunk";
    this.#sinceStep = stepMs > 0 ? undefined : rest;
    if (stepMs > 0) this.#steps.took("step", stepMs);
    if (stepMs === ms) return;
    this.#steps.took("rest", ms - stepMs);
    this.#rest.took(rest, ms - stepMs);
  }

  /** Nobody watches. */
  #pause(): void {
    this.#steps.pause();
    this.#rest.pause();
    this.#sinceStep = undefined;
  }

  #alternating(works: readonly Work[]): Work {
    const encode = this.#first(works.filter(({ kind }) => kind === "encode"));
    const decode = this.#firstPass(works.filter(isDecoding));
    if (encode === undefined || decode === undefined) return (encode ?? decode)!;
    const difference = this.#byService(encode, decode);
    const isEncodersTurn = this.#last !== "encode" || isResting(encode);
    return difference < 0 || (difference === 0 && isEncodersTurn) ? encode : decode;
  }

  #shared(works: readonly Work[]): Work {
    const [step, chunk, encode] = (["step", "chunk", "encode"] as const).map((kind) =>
      this.#first(works.filter((work) => work.kind === kind)),
    );
    const rest = this.#rest.next([...(encode ? (["encode"] as const) : []), ...(chunk ? (["chunk"] as const) : [])]);
    if (this.#steps.next(rest === undefined ? ["step"] : ["step", "rest"]) === "step") return step!;
    // Who watches has waited for the other already: for both it would be longer than for either.
    if (this.#sinceStep !== undefined && this.#sinceStep !== rest) return step!;
    return (rest === "encode" ? encode : chunk)!;
  }

  /** Steps and chunks of a decoder alternate, while there are both. */
  #firstPass(works: readonly DecoderWork[]): DecoderWork | undefined {
    const first = this.#first(works);
    const ofLane = works.filter(({ lane }) => lane === first?.lane);
    return ofLane.find(({ kind, lane }) => kind === lane.nextPass) ?? first;
  }

  #first<W extends Work>(works: readonly W[]): W | undefined {
    const byTurn = (a: W, b: W): number => Number(isResting(b)) - Number(isResting(a)) || a.lane.served - b.lane.served;
    return [...works].sort((a, b) => this.#byService(a, b) || byTurn(a, b))[0];
  }

  #byService(a: Work, b: Work): number {
    const { byService } = this.#standings;
    return byService(leastOf(a.claims, byService), leastOf(b.claims, byService));
  }
}

/** Of the time of a pass. */
function stepPartOf(batch: Batch, ms: number): number {
  return batch.kind === "encoder" || batch.pass === "chunk" ? 0 : stepMsOf(batch, ms);
}

function isResting(work: Work): boolean {
  return work.kind === "encode" && work.resting !== undefined;
}

/** Whether somebody watches for the next token of it. */
function isWatched(work: Work): boolean {
  return work.kind === "step" && work.lane.isWatched;
}

function isDecoding(work: Work): work is DecoderWork {
  return work.kind !== "encode";
}

/** The work as far as it is a priority's, if it is. */
function withinPriority(work: Work, priority: Priority): Work[] {
  const claims = work.claims.filter((claim) => claim.priority === priority);
  return claims.length === 0 ? [] : [{ ...work, claims }];
}
