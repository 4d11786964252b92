import { LatestKeys } from "../latest-keys.ts";
import type { Request } from "./request.ts";
import type { TimedStage } from "./stages.ts";

/** So many of ten took no longer. */
const OF_TEN = 8;
/** What is looked back on: so many of the latest requests of a kind, and none that ended longer ago. */
const MAX_SAMPLES = 20;
const MAX_AGE_MS = 30_000;
/** Kinds that are remembered; the one that nobody asked for the longest goes first. */
const MAX_KINDS = 256;

/** From where on a request's passes are counted: with all that is encoded for it, or from the first that its sequence was in. */
export type SpanStart = "encode" | "decode";

interface Sample {
  readonly ms: Readonly<Record<SpanStart, number>>;
  readonly endedAt: number;
}

/**
 * How long requests take from their first pass to their end beside all others that run. Whose time is shorter is better not
 * begun: under more load than can be done, the soonest deadline first would else compute each just too late (early dropping,
 * as in Nexus, Shen et al., SOSP 2019, and Clockwork, Gujarati et al., OSDI 2020).
 */
export class Spans {
  readonly #kinds = new LatestKeys<readonly Sample[]>(MAX_KINDS);

  /** A request has come to its end. */
  ended(request: Request): void {
    const sample = sampleOf(request.stages);
    if (sample === undefined) return;
    const kind = kindOf(request);
    const samples = [...(this.#kinds.get(kind) ?? []), sample].slice(-MAX_SAMPLES);
    this.#kinds.put(kind, samples);
  }

  /** What most requests like it took lately; milliseconds, 0 where nothing is known. */
  usualMs(request: Request, start: SpanStart, now: number): number {
    const samples = this.#kinds.get(kindOf(request)) ?? [];
    const spans = samples.filter(({ endedAt }) => now - endedAt < MAX_AGE_MS).map(({ ms }) => ms[start]);
    return spans.toSorted((a, b) => a - b)[Math.floor((OF_TEN * spans.length) / 10)] ?? 0;
  }
}

function sampleOf(stages: readonly TimedStage[]): Sample | undefined {
  const [first, last] = [stages[0], stages.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const { endedAt } = last;
  const decoding = stages.find(({ kind }) => kind !== "encode") ?? last;
  return { ms: { encode: endedAt - first.startedAt, decode: endedAt - decoding.startedAt }, endedAt };
}

/** Requests of one kind are of one length at most. */
function kindOf({ program: { model, calls, decode } }: Request): string {
  const networks = calls.map(({ network }) => network).join(" ");
  if (decode === undefined) return `${model} ${networks}`;
  const { strategy } = decode;
  const most = strategy.kind === "rank" ? strategy.choices.length : strategy.maxTokens;
  return `${model} ${networks} ${strategy.kind} ${most}`;
}
