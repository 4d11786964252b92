import type { Task } from "./task.ts";

export type FinishReason = "STOP" | "LENGTH" | "CANCELLED";

/** What a request was in on the device: an encoder pass, or passes in a row of its sequence. */
export interface Stage {
  /** A prefill ends with the sequence's first token. */
  readonly kind: "encode" | "prefill" | "decode";
  /** Without its model's name. */
  readonly network: string;
  /** Since the worker began with the request, in milliseconds. Passes of others may lie between. */
  readonly startMs: number;
  readonly endMs: number;
  readonly passes: number;
  /** Numbers among all passes of the worker: requests that have a number in common shared that pass. */
  readonly firstPass: number;
  readonly lastPass: number;
  /** Mean over the passes of what each computed something for: calls of an encoder, sequences of a decoder. */
  readonly batch: number;
}

/** Where a request's time went, in milliseconds. */
export interface Timing {
  readonly totalMs: number;
  readonly queueMs: number;
  readonly preprocessMs: number;
  readonly encodeMs: number;
  readonly decodeMs: number;
  /** Pictures (or texts) in the encoder batch that this request was part of. */
  readonly encodeBatch: number;
  /** Mean number of sequences in the decoder batches that this request was part of; 0 without any. */
  readonly decodeBatch: number;
  readonly imageCacheHit: boolean;
  /**
   * Its part of the device's time: a pass is shared by what is in it, and that by those who asked for the same; undefined
   * where the worker did not come to tell.
   */
  readonly deviceMs?: number;
  /** In the order in which they were over; undefined where the worker did not come to tell. */
  readonly stages?: readonly Stage[];
}

/** What a request took of the device. */
export function deviceMs(timing: Timing): number {
  return timing.deviceMs ?? unsharedMs(timing);
}

/** What it would have taken had nobody asked for the same at the same time: of a pass, which others were in, its share. */
export function unsharedMs({ encodeMs, encodeBatch, decodeMs, decodeBatch }: Timing): number {
  return encodeMs / Math.max(1, encodeBatch) + decodeMs / Math.max(1, decodeBatch);
}

export interface ScoredText {
  readonly text: string;
  readonly score: number;
}

export interface GenerationResult {
  readonly text: string;
  readonly tokens: number;
  /** All that were generated, without an end token; of a text that a stop string cut, also what came behind it. */
  readonly tokenIds: readonly number[];
  readonly finishReason: FinishReason;
  /** With choices: all of them, best first. */
  readonly ranking?: readonly ScoredText[];
  readonly timing: Timing;
}

export interface MatchResult {
  /** Raw ITM logit of "match". */
  readonly logit: number;
  readonly probability: number;
  /** ITC cosine similarity. */
  readonly similarity: number;
  readonly timing: Timing;
}

export interface ChatResult extends GenerationResult {
  /** Pictures count as the rows that they take in the prompt. */
  readonly promptTokens: number;
  /** Of the prompt, those whose keys and values were still there from an earlier turn. */
  readonly reusedTokens: number;
}

/** What is told of a chat while it runs; deltas joined are the text of its result. */
export type ChatProgress =
  | {
      readonly type: "started";
      readonly promptTokens: number;
      readonly reusedTokens: number;
      readonly imageCacheHit: boolean;
    }
  /** `tokens` counts the answer's tokens so far, of which `tokenIds` are new; some bring no text. */
  | {
      readonly type: "delta";
      readonly text: string;
      readonly tokenIds: readonly number[];
      readonly tokens: number;
    };

export interface EmbedResult {
  /** One vector after the other, each L2-normalised; similarity is the largest dot product. */
  readonly embedding: Float32Array;
  readonly vectors: number;
  readonly timing: Timing;
}

export interface InspectResult {
  /** After the EXIF orientation is applied. */
  readonly width: number;
  readonly height: number;
  readonly format: "jpeg" | "png" | "webp" | "gif" | "avif";
}

export interface ShrinkResult {
  /** A WebP file. */
  readonly bytes: Uint8Array;
}

/** `stale`: the worker's copy is only at change `at` (0 after a restart); apply the rest and search again. */
export type IndexSearchResult =
  | { readonly stale: true; readonly at: number }
  | { readonly stale: false; readonly ids: readonly number[]; readonly similarities: readonly number[] };

export interface IndexApplyResult {
  readonly at: number;
}

interface Results {
  caption: GenerationResult;
  answer: GenerationResult;
  match: MatchResult;
  embedImage: EmbedResult;
  embedText: EmbedResult;
  chat: ChatResult;
  inspect: InspectResult;
  shrink: ShrinkResult;
  indexApply: IndexApplyResult;
  indexSearch: IndexSearchResult;
}

export type ResultOf<T extends Task> = Results[T["kind"]];
