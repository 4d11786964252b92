import { asInferenceError, type InferenceError } from "../errors.ts";
import type { DecoderEntry } from "./batch.ts";
import type { CallGraph, CallNode } from "./call-graph.ts";
import { giveInputs, takeRead, wantedCalls } from "./decode-inputs.ts";
import type { Deadlines } from "./deadlines.ts";
import type { DecoderLane } from "./decoder-lane.ts";
import type { EncoderLane } from "./encoder-lane.ts";
import { nameOf } from "./figures.ts";
import type { Lanes } from "./lanes.ts";
import type { PassTime } from "./pass-times.ts";
import { callsOf, type Program } from "./program.ts";
import {
  type Finished,
  finishedOf,
  newRequest,
  type Request,
  type RequestOptions,
  tookDecoderPass,
  tookEncoderPass,
} from "./request.ts";
import type { Requests } from "./requests.ts";
import { numPendingRows } from "./sequence.ts";
import type { SharedSequences } from "./shared-sequences.ts";
import type { Standings } from "./standings.ts";

interface Around {
  readonly calls: CallGraph;
  readonly lanes: Lanes;
  readonly requests: Requests;
  readonly sequences: SharedSequences;
  readonly standings: Standings;
  readonly deadlines: Deadlines;
}

/** A pass that is over: milliseconds of the device, and when. */
interface Pass {
  readonly ms: number;
  readonly time: PassTime;
}

/** Requests from when they come until they have ended: what each waits for, and what passes have brought it. */
export class Progress {
  readonly #around: Around;
  readonly #finished: Finished[] = [];
  #numArrived = 0;

  constructor(around: Around) {
    this.#around = around;
  }

  /** Takes a request in; one that can never be served fails at once. */
  begin(id: string, program: Program, options: RequestOptions): void {
    const { calls, lanes, requests, sequences, standings } = this.#around;
    const request = newRequest(id, program, options, this.#numArrived++);
    requests.add(request);
    standings.arrived(request.claim);
    this.#attempt([request], () => {
      const networks = [...callsOf(program)].map(({ network }) => lanes.encoder(network));
      request.imageCacheHit = networks.some(({ spec }) => spec.encodesImages);
      sequences.join(request);
      request.targets = wantedCalls(request).map((call) => calls.want(call, id));
      this.#proceed(request);
    });
  }

  /** An encoder pass has computed these calls. */
  encoded(nodes: readonly CallNode[], lane: EncoderLane, pass: Pass): void {
    const { network, spec } = lane;
    const told = { ...pass, items: nodes.length, network: nameOf(network), images: spec.encodesImages };
    for (const request of this.#around.requests.wanting(nodes)) {
      tookEncoderPass(request, told);
      this.#attempt([request], () => this.#proceed(request));
    }
  }

  /** A decoder pass of so many sequences has computed an entry's rows. */
  decoded(entry: DecoderEntry, lane: DecoderLane, pass: Pass & { readonly sequences: number }): void {
    const { requests, sequences } = this.#around;
    const asking = requests.asking(entry.sequence);
    for (const request of asking) tookDecoderPass(request, pass);
    this.#attempt(asking, () => this.#step(asking, entry, lane));
    sequences.ended(entry.sequence, pass.time.endedAt);
  }

  /** Fails a request, if it is still there. */
  fail(id: string, error: InferenceError): void {
    const request = this.#around.requests.get(id);
    if (request === undefined) return;
    this.#finished.push({ id, error });
    this.remove(request);
  }

  finish(request: Request): void {
    this.#around.deadlines.met(request);
    this.#finished.push(finishedOf(request));
    this.remove(request);
  }

  /** Forgets a request and frees what it holds; nothing is reported for it. */
  remove(request: Request): void {
    const { calls, requests, sequences, standings } = this.#around;
    requests.remove(request);
    standings.left(request.claim);
    sequences.leave(request);
    calls.release(request.id, request.targets);
  }

  /** What has ended since the last call. */
  takeFinished(): Finished[] {
    return this.#finished.splice(0);
  }

  /** Once all it waits for is there: the request finishes, or its sequence goes to the decoder, if that has it not yet. */
  #proceed(request: Request): void {
    const { targets, sequence, program } = request;
    if (targets.some(({ outputs }) => outputs === undefined)) return;
    if (sequence === undefined || sequence.decoding.outcome !== undefined) return this.finish(request);
    if (sequence.isUnderWay) return;
    giveInputs(request, sequence);
    this.#around.lanes.decoder(program.model).add(sequence);
  }

  #step(requests: readonly Request[], { sequence, numRows }: DecoderEntry, lane: DecoderLane): void {
    const { calls } = this.#around;
    sequence.numComputedRows += numRows;
    for (const request of requests) calls.release(request.id, takeRead(request, sequence), request.targets);
    if (numPendingRows(sequence) > 0) return;
    lane.decodedTokens += 1;
    sequence.isPrefilled = true;
    sequence.decoding.advance();
    if (sequence.decoding.outcome !== undefined) for (const request of requests) this.finish(request);
  }

  /** Takes a step for requests, and fails them where that fails. */
  #attempt(requests: readonly Request[], step: () => void): void {
    try {
      step();
    } catch (error) {
      for (const { id } of requests) this.fail(id, asInferenceError(error));
    }
  }
}
