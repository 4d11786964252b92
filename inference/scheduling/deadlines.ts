import type { CallGraph } from "./call-graph.ts";
import type { Lanes } from "./lanes.ts";
import type { Request } from "./request.ts";
import { Spans } from "./spans.ts";

/** Who can be done by their deadlines, by what passes took, and what requests took beside each other. */
export class Deadlines {
  readonly #calls: CallGraph;
  readonly #lanes: Lanes;
  readonly #spans = new Spans();

  constructor({ calls, lanes }: { readonly calls: CallGraph; readonly lanes: Lanes }) {
    this.#calls = calls;
    this.#lanes = lanes;
  }

  /** A request has come to its end. */
  met(request: Request): void {
    this.#spans.ended(request);
  }

  /**
   * Those that miss theirs. While more than one waits to begin, whoever has less time left than such requests take lately makes
   * room for those that have more; the only one is begun as long as its passes by themselves would be quick enough.
   */
  missedBy(requests: readonly Request[], now: number): Request[] {
    const isContended = requests.filter((request) => !this.#hasBegun(request)).length > 1;
    const needs = (request: Request): number =>
      Math.max(this.#passesMs(request), isContended ? this.#usualMs(request, now) : 0);
    return requests.filter((request) => {
      const { deadline } = request.claim;
      return now >= deadline || (deadline < Infinity && now + needs(request) > deadline);
    });
  }

  /** Milliseconds of the quickest passes there were, one of each network: calls of one may share it. */
  #passesMs({ targets, sequence, program }: Request): number {
    const networks = new Set(this.#calls.missing(targets).map(({ call }) => call.network));
    const decoding = sequence === undefined ? 0 : this.#lanes.decoder(program.model).leastMs;
    return [...networks].reduce((sum, network) => sum + this.#lanes.encoder(network).leastMs, decoding);
  }

  /** Milliseconds from its first pass on, or from the first that its sequence is in; 0 for one that is in the midst of it. */
  #usualMs(request: Request, now: number): number {
    if (!this.#hasBegun(request)) return this.#spans.usualMs(request, this.#start(request), now);
    const isWaiting = request.sequence !== undefined && request.sequence.slot === undefined;
    return isWaiting ? this.#spans.usualMs(request, "decode", now) : 0;
  }

  #start({ targets }: Request): "encode" | "decode" {
    return this.#calls.missing(targets).length > 0 ? "encode" : "decode";
  }

  #hasBegun({ stages, targets, sequence }: Request): boolean {
    return stages.length > 0 || sequence?.slot !== undefined || this.#calls.isUnderWay(targets);
  }
}
