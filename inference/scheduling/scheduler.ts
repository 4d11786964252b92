import { asInferenceError, InferenceError } from "../errors.ts";
import type { Batch, CacheUpdate, DecoderBatch, DecoderEntry, EncoderBatch } from "./batch.ts";
import { CallGraph, type CallNode, itemOf } from "./call-graph.ts";
import { giveInputs, spansToCompute, takeRead, wantedCalls } from "./decode-inputs.ts";
import type { DecoderLane, DecoderLimits } from "./decoder-lane.ts";
import type { EncoderSpec } from "./encoder-lane.ts";
import type { FeatureCache } from "./feature-cache.ts";
import { modelFigures, type ModelFigures } from "./figures.ts";
import { Lanes } from "./lanes.ts";
import { type CallOutputs, callsOf, decodeCallsOf, type DecodeSpec, type Program } from "./program.ts";
import {
  type Finished,
  newRequest,
  type Request,
  type RequestOptions,
  type Started,
  startedOf,
  tookDecoderPass,
  tookEncoderPass,
  usageOf,
} from "./request.ts";
import { type Decoding, generationOf, newSequence, numPendingRows } from "./sequence.ts";

export type { EncoderSpec };

export interface SchedulerOptions {
  /** By `${model}/${network}`. */
  readonly encoders: ReadonlyMap<string, EncoderSpec>;
  /** By model. */
  readonly decoders: ReadonlyMap<string, DecoderLimits>;
  readonly cache: FeatureCache;
  readonly startDecoding: (spec: DecodeSpec) => Decoding;
}

/**
 * Decides what one device computes next. Pure and synchronous: it sees time only as `now`, and knows neither the runtime
 * nor the models.
 */
export class Scheduler {
  readonly #calls: CallGraph;
  readonly #lanes: Lanes;
  readonly #startDecoding: (spec: DecodeSpec) => Decoding;
  readonly #requests = new Map<string, Request>();
  readonly #begun: Started[] = [];
  readonly #finished: Finished[] = [];

  constructor({ encoders, decoders, cache, startDecoding }: SchedulerOptions) {
    this.#lanes = new Lanes({ encoders, decoders });
    this.#calls = new CallGraph({ cache, isCached: (network) => this.#lanes.encoder(network).spec.cached });
    this.#startDecoding = startDecoding;
  }

  /** Takes a request in. One that can never be served fails at once; it then stands in `takeFinished`. */
  add(id: string, program: Program, options: RequestOptions): void {
    const request = newRequest(id, program, options);
    this.#requests.set(id, request);
    this.#attempt(request, () => {
      const networks = [...callsOf(program)].map(({ network }) => this.#lanes.encoder(network));
      request.imageCacheHit = networks.some(({ spec }) => spec.encodesImages);
      this.#startSequence(request);
      request.targets = wantedCalls(request).map((call) => this.#calls.want(call, id));
      this.#proceed(request);
    });
  }

  /** Forgets a request and frees what it holds; nothing is reported for it. */
  cancel(id: string): void {
    const request = this.#requests.get(id);
    if (request !== undefined) this.#remove(request);
  }

  /** Ends a sequence with the tokens that it has, because its text came to a stop string. */
  end(id: string): void {
    const request = this.#requests.get(id);
    if (request?.sequence !== undefined && request.sequence.numComputedRows > 0) this.#finish(request);
  }

  /** The next pass, or undefined when there is nothing to do. Requests past their deadline fail first. */
  next(now: number): Batch | undefined {
    this.#expire(now);
    const turn = this.#lanes.takeTurn(this.#calls.readyNetworks());
    if (turn?.kind !== "encode") return turn && this.#started(turn.lane.next(turn.kind, turn.company));
    const { network, limit } = turn.lane;
    return { kind: "encoder", network, items: this.#calls.take(network, limit).map(itemOf) };
  }

  /** Takes the results of an encoder pass, one for each item, and how long it took. */
  encoded(batch: EncoderBatch, outputs: readonly CallOutputs[], ms: number): void {
    const { network, items } = batch;
    const lane = this.#lanes.encoder(network);
    lane.observe(items.length, ms);
    this.#lanes.took(batch, ms);
    for (const request of this.#requestsOf(this.#calls.complete(outputs))) {
      tookEncoderPass(request, { items: items.length, ms, images: lane.spec.encodesImages });
      this.#attempt(request, () => this.#proceed(request));
    }
  }

  /** After a decoder pass whose wanted logits were observed: sequences go on, or finish and leave. */
  decoded(batch: DecoderBatch, ms: number): void {
    const lane = this.#lanes.decoder(batch.model);
    lane.observe(batch, ms);
    this.#lanes.took(batch, ms);
    const members = membersOf(batch);
    for (const entry of members) {
      const request = this.#requests.get(entry.sequence.id);
      if (request === undefined) continue;
      tookDecoderPass(request, { sequences: members.length, ms });
      this.#attempt(request, () => this.#step(request, entry, lane));
    }
  }

  /** A pass that failed fails the requests that were in it, and no other. */
  failed(batch: Batch, error: InferenceError): void {
    const encoding = this.#requestsOf(this.#calls.discard()).map(({ id }) => id);
    const decoding = batch.kind === "decoder" ? membersOf(batch).map(({ sequence }) => sequence.id) : [];
    for (const id of [...encoding, ...decoding]) this.fail(id, error);
  }

  /** A decoder's cache could not do as it was told, and lost all it held: whoever counts on that fails. */
  lost(model: string, error: InferenceError): void {
    for (const { id, program, sequence } of [...this.#requests.values()]) {
      if (program.model !== model || sequence === undefined) continue;
      if (sequence.slot !== undefined || sequence.prefix !== undefined) this.fail(id, error);
    }
    this.#lanes.decoder(model).forget();
  }

  /** What the caches of decoders that have nothing left to do are to give back. To be told when there is no next pass. */
  settle(): CacheUpdate[] {
    return [...this.#lanes.decoders].map((lane) => lane.settle()).filter((update) => update !== undefined);
  }

  /** Fails a request, if it is still there. */
  fail(id: string, error: InferenceError): void {
    const request = this.#requests.get(id);
    if (request === undefined) return;
    this.#finished.push({ id, error });
    this.#remove(request);
  }

  /** Whose sequences begin with the pass that `next` gave last. */
  takeStarted(): Started[] {
    return this.#begun.splice(0);
  }

  /** What has ended since the last call. */
  takeFinished(): Finished[] {
    return this.#finished.splice(0);
  }

  /** Requests in flight, calls in flight, slots in use: all zero whenever idle. Beside them, rows kept for others. */
  get held(): { requests: number; calls: number; slots: number; keptRows: number } {
    return { requests: this.#requests.size, calls: this.#calls.size, ...this.#lanes.held };
  }

  view(model: string): ModelFigures {
    const requests = [...this.#requests.values()].filter(({ program }) => program.model === model);
    return modelFigures(requests.length, this.#lanes.of(model));
  }

  /** Gives the request its sequence, if it has one; refused at once if the cache could never hold it. */
  #startSequence(request: Request): void {
    const { id, options, program } = request;
    const { model, decode } = program;
    if (decode === undefined) return;
    const lane = this.#lanes.decoder(model);
    const decoding = this.#startDecoding(decode);
    lane.assertPossible(decoding);
    for (const { network } of decodeCallsOf(decode)) this.#lanes.encoder(network).feeds = lane;
    const sequence = newSequence({ id, model, decoding, isWatched: options.streams });
    request.sequence = sequence;
    lane.findPrefix(sequence);
    request.spans = spansToCompute(decode.features ?? [], sequence);
  }

  /** Once all it waits for is there: the request finishes, or its sequence goes to the decoder. */
  #proceed(request: Request): void {
    const { targets, sequence, program } = request;
    if (targets.some(({ outputs }) => outputs === undefined)) return;
    if (sequence === undefined || sequence.decoding.outcome !== undefined) {
      this.#finish(request);
      return;
    }
    giveInputs(request, sequence);
    this.#lanes.decoder(program.model).add(sequence);
  }

  #started(batch: DecoderBatch): DecoderBatch {
    for (const { sequence } of batch.entries) {
      const request = this.#requests.get(sequence.id)!;
      if (request.reusedRows !== undefined) continue;
      request.reusedRows = sequence.numComputedRows;
      this.#begun.push(startedOf(request));
    }
    return batch;
  }

  #step(request: Request, { sequence, numRows }: DecoderEntry, lane: DecoderLane): void {
    sequence.numComputedRows += numRows;
    this.#calls.release(request.id, takeRead(request, sequence), request.targets);
    if (numPendingRows(sequence) > 0) return;
    lane.decodedTokens += 1;
    sequence.decoding.advance();
    if (sequence.decoding.outcome !== undefined) this.#finish(request);
  }

  #finish(request: Request): void {
    const outputs = request.program.calls.map((_, i) => request.targets[i]!.outputs!);
    const { sequence } = request;
    const outcome = sequence === undefined ? { outputs } : { outputs, generation: generationOf(sequence.decoding) };
    this.#finished.push({ id: request.id, outcome, usage: usageOf(request) });
    this.#remove(request);
  }

  #attempt(request: Request, step: () => void): void {
    try {
      step();
    } catch (error) {
      this.fail(request.id, asInferenceError(error));
    }
  }

  #remove({ id, program, sequence, targets }: Request): void {
    this.#requests.delete(id);
    if (sequence !== undefined) this.#lanes.decoder(program.model).remove(sequence);
    this.#calls.release(id, targets);
  }

  #expire(now: number): void {
    for (const { id, options } of this.#requests.values()) {
      if (now < options.deadline) continue;
      this.fail(id, new InferenceError("DEADLINE_EXCEEDED", "The request was not done by its deadline."));
    }
  }

  #requestsOf(nodes: readonly CallNode[]): Request[] {
    const ids = new Set(nodes.flatMap(({ requests }) => [...requests]));
    return [...ids].map((id) => this.#requests.get(id)).filter((request) => request !== undefined);
  }
}

/** Those for whom the pass computes something. */
function membersOf({ entries }: DecoderBatch): readonly DecoderEntry[] {
  return entries.filter(({ numRows }) => numRows > 0);
}
