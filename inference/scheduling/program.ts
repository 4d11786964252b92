import type { Tensor } from "../tensor.ts";

/**
 * What a request wants computed, as plain data: encoder calls that may feed each other, then possibly a decode.
 * Calls are shared by content: two requests that hold calls of the same network with equal keys get one computation.
 */
export interface Program {
  readonly model: string;
  /** Calls whose outputs the request itself wants back. */
  readonly calls: readonly EncoderCall[];
  readonly decode?: DecodeSpec;
}

/** One item of one encoder network: a picture for the vision tower, a text for the text encoder, a pair for ITM. */
export interface EncoderCall {
  /** `${model}/${network}` */
  readonly network: string;
  /** Names the content that determines the outputs; equal keys are computed once. */
  readonly key: string;
  /** By graph input name, without the batch dimension. */
  readonly inputs: Readonly<Record<string, CallInput>>;
}

/** A value, or an output of another call. */
export type CallInput = Tensor | CallOutput;

export interface CallOutput {
  readonly call: EncoderCall;
  readonly output: string;
}

/** Outputs of a call by graph output name, without the batch dimension. */
export type CallOutputs = Readonly<Record<string, Tensor>>;

export interface DecodeSpec {
  /** The call whose outputs memory_k.N, memory_v.N [heads, memory, headDim] the cross-attention reads. */
  readonly memory?: EncoderCall;
  /** Rows of a picture hold the placeholder's id. */
  readonly promptTokenIds: readonly number[];
  /** What stands in the place of the prompt's placeholders, in the order of its rows. */
  readonly features?: readonly FeatureSpan[];
  /** New tokens that an earlier worker settled before it died: the decoding goes on after them as if it had made them. */
  readonly resumedTokenIds?: readonly number[];
  readonly eosTokenIds: readonly number[];
  readonly strategy: Strategy;
  /** Nothing is shared with decodes of another; see `salted`. */
  readonly salt?: string;
}

/** Rows of the prompt that are a picture's features instead of tokens. */
export interface FeatureSpan {
  /** The prompt's row that the first of them takes. */
  readonly start: number;
  readonly rows: number;
  /** An output [some rows, width] of an encoder call. */
  readonly source: CallOutput;
  /** The output's row that the first of them is: a picture that was cut into tiles takes parts of rows. @default 0 */
  readonly from?: number;
}

/** How the next tokens are chosen. Only combinations that mean something exist. */
export type Strategy = SampleStrategy | BeamStrategy | RankStrategy;

interface Length {
  /** New tokens at most, the end token included. */
  readonly maxTokens: number;
  /** New tokens before the end token may come. */
  readonly minTokens: number;
  /** 1: none. */
  readonly repetitionPenalty: number;
}

export interface SampleStrategy extends Length {
  readonly kind: "sample";
  readonly sampling: Sampling;
}

export type Sampling =
  | { readonly kind: "greedy" }
  | {
      readonly kind: "random";
      readonly temperature: number;
      /** Infinity: no limit. */
      readonly topK: number;
      readonly topP: number;
      readonly seed: number;
    };

export interface BeamStrategy extends Length {
  readonly kind: "beam";
  readonly beams: number;
  readonly lengthPenalty: number;
  readonly earlyStopping: boolean;
}

/** Scores each choice's tokens after the prompt instead of generating. */
export interface RankStrategy {
  readonly kind: "rank";
  readonly choices: readonly (readonly number[])[];
  /** Only the choices whose first token is among the likeliest `candidates` are scored in full. */
  readonly candidates: number;
}

/** Names a call's outputs among those of all models. */
export function callId({ network, key }: EncoderCall): string {
  return `${network} ${key}`;
}

/** The calls that a program asks for itself: those it wants back, then what its decode reads. */
function targetsOf({ calls, decode }: Program): readonly EncoderCall[] {
  return decode === undefined ? calls : [...calls, ...decodeCallsOf(decode)];
}

/** The calls that a decode reads: one for each span of features, then its memory. */
export function decodeCallsOf({ features = [], memory }: DecodeSpec): readonly EncoderCall[] {
  return [...features.map(({ source }) => source.call), ...(memory === undefined ? [] : [memory])];
}

/** Every call of a program: its targets, and what feeds them. */
export function* callsOf(program: Program): Generator<EncoderCall> {
  for (const target of targetsOf(program)) yield* withFeeds(target);
}

function* withFeeds(call: EncoderCall): Generator<EncoderCall> {
  yield call;
  for (const input of Object.values(call.inputs)) if (isCallOutput(input)) yield* withFeeds(input.call);
}

export function isCallOutput(input: CallInput): input is CallOutput {
  return "call" in input;
}

/** What a program came to. */
export interface ProgramOutcome {
  /** One for each of the program's calls, in order. */
  readonly outputs: readonly CallOutputs[];
  readonly generation?: Generation;
}

export interface Generation {
  /** New tokens, without the prompt and without the end token. */
  readonly tokenIds: readonly number[];
  readonly finishReason: "STOP" | "LENGTH";
  /** With a rank strategy: each choice's sum of log-probabilities; undefined for one that fell out by its first token. */
  readonly choiceScores?: readonly (number | undefined)[];
}
