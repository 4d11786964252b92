import type { InferenceError } from "../errors.ts";
import type { Batch, CacheUpdate, DecoderBatch, EncoderBatch } from "./batch.ts";
import { CallGraph } from "./call-graph.ts";
import { Deadlines } from "./deadlines.ts";
import { EncoderPasses } from "./encoder-passes.ts";
import type { FeatureCache } from "./feature-cache.ts";
import { modelFigures, type ModelFigures } from "./figures.ts";
import { Lanes, type SchedulerNetworks } from "./lanes.ts";
import { PassTimes } from "./pass-times.ts";
import type { CallOutputs, DecodeSpec, Program } from "./program.ts";
import { Progress } from "./progress.ts";
import { type Finished, type RequestOptions, type Started, tooLate } from "./request.ts";
import { askersIn, membersOf, Requests } from "./requests.ts";
import { salted } from "./salt.ts";
import type { Decoding } from "./sequence.ts";
import { SharedSequences } from "./shared-sequences.ts";
import { partsOf, Standings } from "./standings.ts";
import { type Turn, Turns } from "./turns.ts";

export interface SchedulerOptions extends SchedulerNetworks {
  readonly cache: FeatureCache;
  readonly startDecoding: (spec: DecodeSpec) => Decoding;
}

/**
 * Decides what one device computes next. Pure and synchronous: it sees time only as `now`, and knows neither the runtime
 * nor the models.
 */
export class Scheduler {
  readonly #calls: CallGraph;
  readonly #encoding: EncoderPasses;
  readonly #lanes: Lanes;
  readonly #sequences: SharedSequences;
  readonly #requests = new Requests();
  readonly #standings = new Standings();
  readonly #turns = new Turns(this.#standings);
  readonly #begun: Started[] = [];
  readonly #passTimes = new PassTimes();
  readonly #deadlines: Deadlines;
  readonly #progress: Progress;

  constructor({ encoders, decoders, cache, startDecoding }: SchedulerOptions) {
    this.#lanes = new Lanes({ encoders, decoders });
    this.#calls = new CallGraph({ cache, isCached: (network) => this.#lanes.encoder(network).spec.cached });
    const [calls, lanes, requests, standings] = [this.#calls, this.#lanes, this.#requests, this.#standings];
    this.#deadlines = new Deadlines({ calls, lanes });
    this.#encoding = new EncoderPasses({ calls, requests, standings });
    this.#sequences = new SharedSequences({ lanes, startDecoding });
    const [sequences, deadlines] = [this.#sequences, this.#deadlines];
    this.#progress = new Progress({ calls, lanes, requests, sequences, standings, deadlines });
  }

  /** Takes networks on beside those that it has. */
  addNetworks(networks: SchedulerNetworks): void {
    this.#lanes.add(networks);
  }

  /** Takes a request in. One that can never be served fails at once; it then stands in `takeFinished`. */
  add(id: string, asked: Program, options: RequestOptions): void {
    this.#progress.begin(id, salted(asked, options.salt), options);
  }

  /** Forgets a request and frees what it holds; nothing is reported for it. */
  cancel(id: string): void {
    const request = this.#requests.get(id);
    if (request !== undefined) this.#progress.remove(request);
  }

  /** Ends a sequence with the tokens that it has, because its text came to a stop string. */
  end(id: string): void {
    const request = this.#requests.get(id);
    if (request?.sequence !== undefined && request.sequence.numComputedRows > 0) this.#progress.finish(request);
  }

  /** The next pass, or undefined when there is nothing to do. Requests that cannot make their deadline fail first. */
  next(now: number): Batch | undefined {
    for (const { id } of this.#deadlines.missedBy(this.#requests.all, now)) this.fail(id, tooLate());
    // First, since it lets sequences in: that makes room for more that is computed for such.
    const decoding = this.#lanes.works(this.#standings);
    const turn = this.#turns.take([...this.#encoding.works(this.#lanes), ...decoding]);
    if (turn === undefined) return undefined;
    const batch = this.#take(turn);
    this.#passTimes.begins(batch, now);
    return batch;
  }

  /** A part of an encoder pass is over: `next` will give the pass again. */
  paused(batch: EncoderBatch, ms: number): void {
    this.#encoding.took(batch, ms);
    this.#turns.took(batch, ms);
  }

  /** Takes the results of an encoder pass, one for each item, and how long it took, or its last part. */
  encoded(batch: EncoderBatch, outputs: readonly CallOutputs[], lastMs: number): void {
    this.paused(batch, lastMs);
    const { lane, nodes, ms } = this.#encoding.end(batch);
    const time = this.#passTimes.of(batch, lastMs);
    lane.observe(nodes.length, ms);
    this.#calls.complete(nodes, outputs);
    this.#progress.encoded(nodes, lane, { ms, time });
  }

  /** After a decoder pass whose wanted logits were observed: sequences go on, or finish and leave. */
  decoded(batch: DecoderBatch, ms: number): void {
    const lane = this.#lanes.decoder(batch.model);
    lane.observe(batch, ms);
    this.#turns.took(batch, ms);
    const members = membersOf(batch);
    const time = this.#passTimes.of(batch, ms);
    const parts = partsOf(batch, ms);
    this.#standings.took(parts);
    this.#requests.took(parts);
    for (const entry of members) this.#progress.decoded(entry, lane, { ms, time, sequences: members.length });
  }

  /** A pass that failed fails the requests that were in it, and no other. */
  failed(batch: Batch, error: InferenceError): void {
    const ids = batch.kind === "encoder" ? this.#encoding.discard(batch) : askersIn(batch);
    for (const id of ids) this.fail(id, error);
  }

  /** A decoder's cache could not do as it was told, and lost all it held: whoever counts on that fails. */
  lost(model: string, error: InferenceError): void {
    for (const { id } of this.#requests.countingOn(model)) this.fail(id, error);
    this.#lanes.decoder(model).forget();
  }

  /** What the caches of decoders that have nothing left to do are to give back. To be told when there is no next pass. */
  settle(): CacheUpdate[] {
    return [...this.#lanes.decoders].map((lane) => lane.settle()).filter((update) => update !== undefined);
  }

  /** Forgets what is kept of sequences that have gone: what the cache of each model's decoder is to drop. */
  shed(): ReadonlyMap<string, readonly number[]> {
    return new Map([...this.#lanes.decoders].map((lane) => [lane.model, lane.shed()]));
  }

  /** Fails a request, if it is still there. */
  fail(id: string, error: InferenceError): void {
    this.#progress.fail(id, error);
  }

  /** Whose sequences begin with the pass that `next` gave last. */
  takeStarted(): Started[] {
    return this.#begun.splice(0);
  }

  /** What has ended since the last call. */
  takeFinished(): Finished[] {
    return this.#progress.takeFinished();
  }

  /** Requests in flight, calls in flight, slots in use: all zero whenever idle. Beside them, rows kept for others. */
  get held(): { requests: number; calls: number; slots: number; keptRows: ReadonlyMap<string, number> } {
    return { requests: this.#requests.size, calls: this.#calls.size, ...this.#lanes.held };
  }

  view(model: string): ModelFigures {
    return modelFigures(this.#requests.of(model), { ...this.#lanes.of(model), ...this.#sequences.counts(model) });
  }

  #take(turn: Turn): Batch {
    if (turn.kind === "encode") return this.#encoding.take(turn, turn.order);
    const batch = turn.lane.next(turn.kind, turn);
    this.#begun.push(...this.#requests.begun(batch));
    return batch;
  }
}
