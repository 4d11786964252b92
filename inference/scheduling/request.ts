import type { InferenceError } from "../errors.ts";
import type { CallNode } from "./call-graph.ts";
import type { Program, ProgramOutcome } from "./program.ts";
import type { Sequence } from "./sequence.ts";

/** Where a request's time went on the device, in milliseconds, and whom it shared its passes with. */
export interface Usage {
  readonly encodeMs: number;
  readonly decodeMs: number;
  /** Items of the largest encoder pass that it was part of; 0 when all came from the cache. */
  readonly encodeBatch: number;
  /** Mean sequences of its decoder passes; 0 without any. */
  readonly decodeBatch: number;
  readonly imageCacheHit: boolean;
}

/** A request in flight. Written only by its scheduler. */
export interface Request {
  readonly id: string;
  readonly program: Program;
  /** On the scheduler's clock, milliseconds. */
  readonly deadline: number;
  /** The program's calls in order, then the decode's memory if it has one. */
  targets: readonly CallNode[];
  sequence: Sequence | undefined;
  encodeMs: number;
  decodeMs: number;
  encodeBatch: number;
  decodePasses: number;
  decodeSequences: number;
  imageCacheHit: boolean;
}

/** How a request ended. */
export type Finished =
  | { readonly id: string; readonly outcome: ProgramOutcome; readonly usage: Usage }
  | { readonly id: string; readonly error: InferenceError };

export function newRequest(id: string, program: Program, deadline: number): Request {
  return {
    id,
    program,
    deadline,
    targets: [],
    sequence: undefined,
    encodeMs: 0,
    decodeMs: 0,
    encodeBatch: 0,
    decodePasses: 0,
    decodeSequences: 0,
    imageCacheHit: false,
  };
}

export function usageOf(request: Request): Usage {
  const { encodeMs, decodeMs, encodeBatch, imageCacheHit, decodePasses, decodeSequences } = request;
  const decodeBatch = decodePasses === 0 ? 0 : decodeSequences / decodePasses;
  return { encodeMs, decodeMs, encodeBatch, decodeBatch, imageCacheHit };
}
