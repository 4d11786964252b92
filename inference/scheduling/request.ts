import { InferenceError } from "../errors.ts";
import type { CallNode } from "./call-graph.ts";
import { type Claim, type Claimant, COMMON } from "./claim.ts";
import type { FeatureSpan, Generation, Program, ProgramOutcome } from "./program.ts";
import type { PassTime } from "./pass-times.ts";
import { generationOf, type Sequence } from "./sequence.ts";
import { type TimedStage, withPass } from "./stages.ts";

/** Where a request's time went on the device, in milliseconds, and whom it shared its passes with. */
export interface Usage {
  readonly encodeMs: number;
  readonly decodeMs: number;
  /** Its part of these: passes are shared by what is in them, and that by those who asked for it. */
  readonly deviceMs: number;
  /** Items of the largest encoder pass that it was part of; 0 when all came from the cache. */
  readonly encodeBatch: number;
  /** Mean sequences of its decoder passes; 0 without any. */
  readonly decodeBatch: number;
  /** It had pictures, and found all of them encoded. */
  readonly imageCacheHit: boolean;
  /** Rows of its decode's prompt, pictures' among them; 0 without a decode. */
  readonly promptRows: number;
  /** Of these, the rows that were there already, from another sequence that began alike. */
  readonly reusedRows: number;
  /** In the order in which they were over. */
  readonly stages: readonly TimedStage[];
}

/** A request whose sequence is about to compute its first rows. */
export interface Started extends Pick<Usage, "promptRows" | "reusedRows" | "imageCacheHit"> {
  readonly id: string;
}

export interface RequestOptions extends Claimant {
  /** On the scheduler's clock, milliseconds. */
  readonly deadline: number;
  /** Whether its tokens are told as they come. */
  readonly streams: boolean;
  /** What an equal request was answered since then, on the scheduler's clock, does for this one; without it, nothing does. */
  readonly answeredSince?: number | undefined;
}

/** A request in flight. Written only by its scheduler. */
export interface Request {
  readonly id: string;
  readonly program: Program;
  readonly options: RequestOptions;
  readonly claim: Claim;
  /** Features that have to be computed, for their rows are not all kept. */
  spans: readonly FeatureSpan[];
  /** The program's calls in order, then what the decode reads, until the cache has taken it in. */
  targets: readonly CallNode[];
  /** Goes to the decoder once all targets are there. */
  sequence: Sequence | undefined;
  /** What another's sequence has just come to: then it has none itself. */
  answer: Generation | undefined;
  encodeMs: number;
  decodeMs: number;
  deviceMs: number;
  encodeBatch: number;
  decodePasses: number;
  decodeSequences: number;
  stages: readonly TimedStage[];
  /** True from the start for a program with pictures, until one has to be encoded. */
  imageCacheHit: boolean;
  /** Known once its sequence has a slot. */
  reusedRows: number | undefined;
}

/** How a request ended. */
export type Finished =
  | { readonly id: string; readonly outcome: ProgramOutcome; readonly usage: Usage }
  | { readonly id: string; readonly error: InferenceError };

/** `arrival`: how many came before. */
export function newRequest(id: string, program: Program, options: RequestOptions, arrival: number): Request {
  const { client = COMMON.client, priority = COMMON.priority, deadline } = options;
  return {
    id,
    program,
    options,
    claim: { client, priority, deadline, arrival },
    spans: [],
    targets: [],
    sequence: undefined,
    answer: undefined,
    encodeMs: 0,
    decodeMs: 0,
    deviceMs: 0,
    encodeBatch: 0,
    decodePasses: 0,
    decodeSequences: 0,
    stages: [],
    imageCacheHit: false,
    reusedRows: undefined,
  };
}

function usageOf(request: Request): Usage {
  const { encodeMs, decodeMs, deviceMs, encodeBatch, imageCacheHit, stages, reusedRows = 0 } = request;
  const { decodePasses, decodeSequences } = request;
  const decodeBatch = decodePasses === 0 ? 0 : decodeSequences / decodePasses;
  const promptRows = request.program.decode?.promptTokenIds.length ?? 0;
  const rows = { promptRows, reusedRows: Math.min(promptRows, reusedRows) };
  return { encodeMs, decodeMs, deviceMs, encodeBatch, decodeBatch, imageCacheHit, stages, ...rows };
}

/** A request that has come to its end: its outputs, and what its sequence has said. */
export function finishedOf(request: Request): Finished {
  const { id, program, targets, sequence } = request;
  const outputs = program.calls.map((_, i) => targets[i]!.outputs!);
  const generation = request.answer ?? (sequence && generationOf(sequence.decoding));
  return { id, outcome: { outputs, ...(generation && { generation }) }, usage: usageOf(request) };
}

export function startedOf(request: Request): Started {
  const { promptRows, reusedRows, imageCacheHit } = usageOf(request);
  return { id: request.id, promptRows, reusedRows, imageCacheHit };
}

/** A pass that is over: how much of the device's time it took, and when. */
interface Pass {
  readonly ms: number;
  readonly time: PassTime;
}

/** Accounts for an encoder pass that computed something for the request. */
export function tookEncoderPass(
  request: Request,
  pass: Pass & { readonly network: string; readonly items: number; readonly images: boolean },
): void {
  request.encodeMs += pass.ms;
  request.encodeBatch = Math.max(request.encodeBatch, pass.items);
  if (pass.images) request.imageCacheHit = false;
  request.stages = withPass(request.stages, { ...pass.time, ...pass, kind: "encode", members: pass.items });
}

/** Accounts for a decoder pass that its sequence was in. */
export function tookDecoderPass(request: Request, pass: Pass & { readonly sequences: number }): void {
  request.decodeMs += pass.ms;
  request.decodePasses += 1;
  request.decodeSequences += pass.sequences;
  const kind = request.sequence?.isPrefilled === true ? "decode" : "prefill";
  request.stages = withPass(request.stages, { ...pass.time, kind, network: "decoder", members: pass.sequences });
}

export function tooLate(): InferenceError {
  return new InferenceError("DEADLINE_EXCEEDED", "The request was not done by its deadline, or would not have been.");
}
