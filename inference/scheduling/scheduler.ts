import { asInferenceError, InferenceError } from "../errors.ts";
import type { Batch, DecoderBatch, EncoderBatch } from "./batch.ts";
import { BatchLimit } from "./batch-limit.ts";
import { CallGraph, type CallNode, withReads } from "./call-graph.ts";
import { DecoderLane, type DecoderLimits } from "./decoder-lane.ts";
import type { FeatureCache } from "./feature-cache.ts";
import { PassStats } from "./load.ts";
import type { CallOutputs, DecodeSpec, Generation, Program } from "./program.ts";
import { type Finished, newRequest, type Request, usageOf } from "./request.ts";
import { type Decoding, numPendingRows } from "./sequence.ts";

export interface EncoderSpec {
  readonly cached: boolean;
  readonly encodesImages: boolean;
  readonly maxBatch: number;
}

export interface SchedulerOptions {
  /** By `${model}/${network}`. */
  readonly encoders: ReadonlyMap<string, EncoderSpec>;
  /** By model. */
  readonly decoders: ReadonlyMap<string, DecoderLimits>;
  readonly cache: FeatureCache;
  readonly startDecoding: (spec: DecodeSpec) => Decoding;
}

interface EncoderLane {
  readonly spec: EncoderSpec;
  readonly limit: BatchLimit;
  readonly stats: PassStats;
  /** Turn in which the lane was served last. */
  served: number;
}

interface DecoderState {
  readonly lane: DecoderLane;
  readonly stats: PassStats;
  decodedTokens: number;
  served: number;
}

/**
 * Decides what one device computes next. Pure and synchronous: it sees time only as `now`, and knows neither the runtime
 * nor the models. Lanes (a network of encoders, a model's decoder) that have work take turns, the one served longest ago
 * first, so that running sequences step between the encoder passes that bring them company.
 */
export class Scheduler {
  readonly #calls: CallGraph;
  readonly #startDecoding: (spec: DecodeSpec) => Decoding;
  readonly #encoders: ReadonlyMap<string, EncoderLane>;
  readonly #decoders: ReadonlyMap<string, DecoderState>;
  readonly #requests = new Map<string, Request>();
  /** Calls of the pass under way, in the batch's order. */
  #pass: CallNode[] = [];
  #finished: Finished[] = [];
  #turn = 0;

  constructor({ encoders, decoders, cache, startDecoding }: SchedulerOptions) {
    this.#calls = new CallGraph({ cache, isCached: (network) => this.#encoder(network).spec.cached });
    this.#startDecoding = startDecoding;
    this.#encoders = new Map([...encoders].map(([network, spec]) => [network, newEncoderLane(spec)]));
    this.#decoders = new Map([...decoders].map(([model, limits]) => [model, newDecoderState(model, limits)]));
  }

  /** Takes a request in. One that can never be served fails at once; it then stands in `takeFinished`. */
  add(id: string, program: Program, deadline: number): void {
    const request = newRequest(id, program, deadline);
    this.#requests.set(id, request);
    const memory = program.decode?.memory;
    const calls = memory === undefined ? program.calls : [...program.calls, memory];
    request.targets = calls.map((call) => this.#calls.want(call, id));
    request.imageCacheHit = this.#hasCachedImage(request);
    this.#proceed(request);
  }

  /** Forgets a request and frees what it holds; nothing is reported for it. */
  cancel(id: string): void {
    const request = this.#requests.get(id);
    if (request !== undefined) this.#remove(request);
  }

  /** Ends a sequence with the tokens that it has, because its text came to a stop string. */
  end(id: string): void {
    const request = this.#requests.get(id);
    if (request?.sequence !== undefined) this.#finish(request);
  }

  /** The next pass, or undefined when there is nothing to do. Requests past their deadline fail first. */
  next(now: number): Batch | undefined {
    this.#expire(now);
    this.#turn += 1;
    const ready = this.#calls.readyNetworks().map((network) => ({ network, served: this.#encoder(network).served }));
    const busy = [...this.#decoders.values()].filter(({ lane }) => lane.numRunning + lane.numWaiting > 0);
    const encoder = ready.sort((a, b) => a.served - b.served)[0];
    const decoder = busy.sort((a, b) => a.served - b.served)[0];
    if (decoder !== undefined && (encoder === undefined || decoder.served <= encoder.served)) {
      const batch = this.#nextDecoder(decoder);
      if (batch !== undefined) return batch;
    }
    return encoder === undefined ? undefined : this.#nextEncoder(encoder.network);
  }

  /** Takes the results of an encoder pass, one for each item, and how long it took. */
  encoded(batch: EncoderBatch, outputs: readonly CallOutputs[], ms: number): void {
    const lane = this.#encoder(batch.network);
    lane.limit.observe(batch.items.length, ms);
    lane.stats.observe(batch.items.length);
    const nodes = this.#endPass();
    nodes.forEach((node, i) => this.#calls.complete(node, outputs[i]!));
    for (const request of this.#requestsOf(nodes)) {
      request.encodeMs += ms;
      request.encodeBatch = Math.max(request.encodeBatch, batch.items.length);
      this.#proceed(request);
    }
  }

  /** After a decoder pass whose wanted logits were observed: sequences go on, or finish and leave. */
  decoded(batch: DecoderBatch, ms: number): void {
    const state = this.#decoders.get(batch.model)!;
    state.stats.observe(batch.entries.length);
    for (const { sequence, numRows } of batch.entries) {
      const request = this.#requests.get(sequence.id);
      if (request === undefined) continue;
      request.decodeMs += ms;
      request.decodePasses += 1;
      request.decodeSequences += batch.entries.length;
      sequence.numComputedRows += numRows;
      if (numPendingRows(sequence) > 0) continue;
      state.decodedTokens += 1;
      this.#advance(request, sequence.decoding);
    }
  }

  /** A pass that failed fails the requests that were in it, and no other. */
  failed(batch: Batch, error: InferenceError): void {
    const nodes = this.#endPass();
    const ids = batch.kind === "decoder" ? batch.entries.map(({ sequence }) => sequence.id) : [];
    for (const node of nodes) ids.push(...node.requests);
    for (const id of new Set(ids)) this.#fail(this.#requests.get(id), error);
    for (const node of nodes) this.#calls.discard(node);
  }

  /** Fails one request, for instance because its logits could not be used. */
  fail(id: string, error: InferenceError): void {
    this.#fail(this.#requests.get(id), error);
  }

  /** What has ended since the last call. */
  takeFinished(): Finished[] {
    const finished = this.#finished;
    this.#finished = [];
    return finished;
  }

  /** Requests in flight, calls in flight, slots in use: all zero whenever idle. */
  get held(): { requests: number; calls: number; slots: number } {
    const slots = [...this.#decoders.values()].reduce((sum, { lane }) => sum + lane.slots.used, 0);
    return { requests: this.#requests.size, calls: this.#calls.size, slots };
  }

  /** Figures of a model: requests of it, passes of its networks and decoder. */
  view(model: string): {
    requests: number;
    running: number;
    encoders: ReadonlyMap<string, PassStats>;
    encodedImages: number;
    decoder: PassStats | undefined;
    decodedTokens: number;
  } {
    const prefix = `${model}/`;
    const lanes = [...this.#encoders].filter(([network]) => network.startsWith(prefix));
    const state = this.#decoders.get(model);
    return {
      requests: [...this.#requests.values()].filter((request) => request.program.model === model).length,
      running: state?.lane.numRunning ?? 0,
      encoders: new Map(lanes.map(([network, { stats }]) => [network.slice(prefix.length), stats])),
      encodedImages: lanes.reduce((sum, [, { spec, stats }]) => sum + (spec.encodesImages ? stats.items : 0), 0),
      decoder: state?.stats,
      decodedTokens: state?.decodedTokens ?? 0,
    };
  }

  #nextEncoder(network: string): EncoderBatch {
    const lane = this.#encoder(network);
    lane.served = this.#turn;
    this.#pass = this.#calls.take(network, lane.limit.limit);
    const items = this.#pass.map((node) => ({
      call: node.call,
      resolved: Object.fromEntries([...node.reads].map(([name, read]) => [name, read.outputs!])),
    }));
    return { kind: "encoder", network, items };
  }

  #nextDecoder(state: DecoderState): DecoderBatch | undefined {
    state.served = this.#turn;
    return state.lane.next();
  }

  /** Once all it waits for is there: the request finishes, or its sequence goes to the decoder. */
  #proceed(request: Request): void {
    if (request.sequence !== undefined || request.targets.some((node) => node.outputs === undefined)) return;
    const { decode, model } = request.program;
    if (decode === undefined) return this.#finish(request);
    const memory = decode.memory === undefined ? undefined : request.targets.at(-1)!.outputs;
    const decoding = this.#startDecoding(decode);
    request.sequence = { id: request.id, model, decoding, memory, numComputedRows: 0, slot: undefined };
    this.#attempt(request, () => this.#decoders.get(model)!.lane.add(request.sequence!));
  }

  #advance(request: Request, decoding: Decoding): void {
    this.#attempt(request, () => {
      decoding.advance();
      if (decoding.outcome !== undefined) this.#finish(request);
    });
  }

  #finish(request: Request): void {
    const outputs = request.program.calls.map((_, i) => request.targets[i]!.outputs!);
    const generation = request.sequence === undefined ? undefined : generationOf(request.sequence.decoding);
    const outcome = generation === undefined ? { outputs } : { outputs, generation };
    this.#finished.push({ id: request.id, outcome, usage: usageOf(request) });
    this.#remove(request);
  }

  #attempt(request: Request, step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#fail(request, asInferenceError(error));
    }
  }

  #fail(request: Request | undefined, error: InferenceError): void {
    if (request === undefined) return;
    this.#finished.push({ id: request.id, error });
    this.#remove(request);
  }

  #remove(request: Request): void {
    this.#requests.delete(request.id);
    if (request.sequence !== undefined) this.#decoders.get(request.program.model)!.lane.remove(request.sequence);
    for (const target of request.targets) for (const node of withReads(target)) this.#calls.release(node, request.id);
  }

  #expire(now: number): void {
    for (const request of this.#requests.values()) {
      if (now < request.deadline) continue;
      this.#fail(request, new InferenceError("DEADLINE_EXCEEDED", "The request was not done by its deadline."));
    }
  }

  #endPass(): CallNode[] {
    const nodes = this.#pass;
    this.#pass = [];
    return nodes;
  }

  #requestsOf(nodes: readonly CallNode[]): Request[] {
    const ids = new Set(nodes.flatMap((node) => [...node.requests]));
    return [...ids].map((id) => this.#requests.get(id)).filter((request) => request !== undefined);
  }

  #hasCachedImage(request: Request): boolean {
    const nodes = request.targets.flatMap((target) => [...withReads(target)]);
    return nodes.some((node) => node.outputs !== undefined && this.#encoder(node.call.network).spec.encodesImages);
  }

  #encoder(network: string): EncoderLane {
    const lane = this.#encoders.get(network);
    if (lane === undefined) throw new InferenceError("INTERNAL_SERVER_ERROR", `No network is named ${network}.`);
    return lane;
  }
}

function generationOf({ outcome, tokenIds }: Decoding): Generation {
  return outcome ?? { tokenIds, finishReason: "STOP" };
}

function newEncoderLane(spec: EncoderSpec): EncoderLane {
  return { spec, limit: new BatchLimit(spec.maxBatch), stats: new PassStats(), served: 0 };
}

function newDecoderState(model: string, limits: DecoderLimits): DecoderState {
  return { lane: new DecoderLane(model, limits), stats: new PassStats(), decodedTokens: 0, served: 0 };
}
