import { spansToCompute } from "./decode-inputs.ts";
import { generationKey } from "./generation-key.ts";
import type { Lanes } from "./lanes.ts";
import { decodeCallsOf, type DecodeSpec, type Generation, type Program } from "./program.ts";
import { RecentAnswers } from "./recent-answers.ts";
import type { Request } from "./request.ts";
import { type Decoding, newSequence, type Sequence } from "./sequence.ts";

/** Requests of a model that generate: those that a sequence was begun for, and those that were given another's. */
export interface GenerationCounts {
  readonly generations: number;
  readonly sharedGenerations: number;
}

interface Around {
  readonly lanes: Lanes;
  readonly startDecoding: (spec: DecodeSpec) => Decoding;
}

/** Each is some hundred numbers at most, and a key as long as its prompt. */
const MAX_RECENT = 256;
const NONE: GenerationCounts = { generations: 0, sharedGenerations: 0 };

/**
 * The sequences on their way: requests that ask for the same at the same time have one together. It goes on as long as
 * anybody asks for it, whoever was first; who comes late is told what it has said so far, and then the rest. Who comes
 * when it has just ended may have its answer.
 */
export class SharedSequences {
  readonly #lanes: Lanes;
  readonly #startDecoding: (spec: DecodeSpec) => Decoding;
  readonly #byKey = new Map<string, Sequence>();
  readonly #recent = new RecentAnswers(MAX_RECENT);
  readonly #counts = new Map<string, GenerationCounts>();

  constructor({ lanes, startDecoding }: Around) {
    this.#lanes = lanes;
    this.#startDecoding = startDecoding;
  }

  /** By model. */
  counts(model: string): GenerationCounts {
    return this.#counts.get(model) ?? NONE;
  }

  /** Gives a request its sequence, if its program decodes. Throws if the cache could never hold it. */
  join(request: Request): void {
    const { id, options, program, claim } = request;
    const { model, calls, decode } = program;
    if (decode === undefined) return;
    // One that wants more than a generation is done when it has all of it, and not with others.
    const key = calls.length === 0 ? generationKey(model, decode) : id;
    request.answer = this.#recentAnswer(request, key);
    if (request.answer !== undefined) return this.#count(model, "sharedGenerations");
    const shared = this.#byKey.get(key);
    const sequence = shared ?? this.#begin({ id, key, model }, decode);
    this.#count(model, shared === undefined ? "generations" : "sharedGenerations");
    sequence.askers.set(id, { claim, isWatching: options.streams });
    request.sequence = sequence;
    request.spans = sequence.isUnderWay ? [] : spansToCompute(decode.features ?? [], sequence);
  }

  /** A sequence has come to its outcome. */
  ended({ key, decoding: { outcome } }: Sequence, endedAt: number): void {
    if (outcome !== undefined) this.#recent.keep(key, { generation: outcome, endedAt });
  }

  /** A request wants its sequence no more. Without any that does, the decoder is rid of it. */
  leave({ id, sequence }: Request): void {
    if (sequence?.askers.delete(id) !== true || sequence.askers.size > 0) return;
    this.#byKey.delete(sequence.key);
    this.#lanes.decoder(sequence.model).remove(sequence);
  }

  #recentAnswer({ options: { answeredSince } }: Request, key: string): Generation | undefined {
    return answeredSince === undefined ? undefined : this.#recent.since(answeredSince, key);
  }

  #begin(of: Pick<Sequence, "id" | "key"> & Pick<Program, "model">, decode: DecodeSpec): Sequence {
    const lane = this.#lanes.decoder(of.model);
    const decoding = this.#startDecoding(decode);
    lane.assertPossible(decoding);
    for (const { network } of decodeCallsOf(decode)) this.#lanes.encoder(network).feeds = lane;
    const sequence = newSequence({ ...of, decoding });
    lane.findPrefix(sequence);
    this.#byKey.set(of.key, sequence);
    return sequence;
  }

  #count(model: string, kind: keyof GenerationCounts): void {
    const counts = this.counts(model);
    this.#counts.set(model, { ...counts, [kind]: counts[kind] + 1 });
  }
}
