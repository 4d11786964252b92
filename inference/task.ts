/** What a caller may ask of the inference side, and what comes back. No model knowledge here. */

export type ModelFamily = "BLIP" | "BLIP2" | "LLAVA";
export type TaskName = "CAPTION" | "VQA" | "MATCH" | "EMBED" | "CHAT";
export type ModelState = "UNLOADED" | "LOADING" | "READY" | "FAILED";
export type ChatRole = "SYSTEM" | "USER" | "ASSISTANT";
export type FinishReason = "STOP" | "LENGTH" | "CANCELLED";

/** A served model, as the API shows it. */
export interface ModelInfo {
  /** Unique among the served models; the folder's name. */
  readonly name: string;
  readonly family: ModelFamily;
  readonly tasks: readonly TaskName[];
  readonly state: ModelState;
  /** Whether it is LOADING because somebody asks for it, who waits as long. */
  readonly isOnDemand?: boolean;
  readonly device: string;
  readonly dtype: string;
  readonly parameters: number;
  /** SHA-256 over the weights' and the configuration's bytes, hexadecimal. */
  readonly digest: string;
  /** Names the image preprocessing: embeddings made with another one are never compared. */
  readonly preprocessing: string;
  /** What it takes while it is served; absent where nobody has counted. */
  readonly memory?: ModelMemory | undefined;
  readonly licence: string | undefined;
  /** Why a FAILED model could not be loaded: its file, the tensor or key, what is and what should be. */
  readonly failure?: string | undefined;
}

/** What a model takes of memory, bytes: `activations` is what its passes hold beside the rest. */
export interface ModelMemory {
  readonly weights: number;
  readonly keysValues: number;
  readonly activations: number;
  readonly areActivationsMeasured?: boolean;
}

/** A picture: its encoded bytes, or a file that the worker reads only if it does not know the picture yet. */
export type ImageSource = { readonly bytes: Uint8Array } | { readonly file: string; readonly sha256: string };

/** How to generate. What is absent takes the model's default (its generation_config.json). */
export interface GenerationOptions {
  readonly maxTokens?: number;
  readonly minTokens?: number;
  /** 0 or absent: greedy. */
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly repetitionPenalty?: number;
  readonly beams?: number;
  readonly lengthPenalty?: number;
  readonly seed?: number;
  /** Generation ends before the first of these strings. */
  readonly stop?: readonly string[];
}

export interface CaptionTask {
  readonly kind: "caption";
  readonly model: string;
  readonly image: ImageSource;
  readonly prompt?: string;
  readonly options: GenerationOptions;
}

export interface AnswerTask {
  readonly kind: "answer";
  readonly model: string;
  readonly image: ImageSource;
  readonly question: string;
  /** Ranks these instead of generating. */
  readonly choices?: readonly string[];
  readonly options: GenerationOptions;
}

export interface MatchTask {
  readonly kind: "match";
  readonly model: string;
  readonly image: ImageSource;
  readonly text: string;
}

export interface EmbedImageTask {
  readonly kind: "embedImage";
  readonly model: string;
  readonly image: ImageSource;
}

export interface EmbedTextTask {
  readonly kind: "embedText";
  readonly model: string;
  readonly text: string;
}

export interface ChatMessage {
  readonly role: ChatRole;
  readonly text: string;
  readonly images: readonly ImageSource[];
}

/** The model's answer to a conversation. Told token by token to `SubmitOptions.onProgress`. */
export interface ChatTask {
  readonly kind: "chat";
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  /** Sampling without a seed could not go on after a worker's death: random options must name one. */
  readonly options: GenerationOptions;
  /** Tokens of the answer that an earlier worker settled. */
  readonly resumedTokenIds?: readonly number[];
}

/** Reads and decodes the picture fully, and says what it is. Needs no model. */
export interface InspectTask {
  readonly kind: "inspect";
  readonly image: ImageSource;
}

/** Brings the worker's copy of a vector space from change `from` to change `to`. */
export interface IndexApplyTask {
  readonly kind: "indexApply";
  readonly space: string;
  readonly from: number;
  readonly to: number;
  readonly removed: readonly number[];
  readonly added: readonly number[];
  /** One row for each id of `added`: its vectors one after the other, as many for each, [added, vectors, length]. */
  readonly vectors: Float32Array;
}

/** Exact top-k by dot product, the largest of all pairs, over a vector space that is at change `at` or later. */
export interface IndexSearchTask {
  readonly kind: "indexSearch";
  readonly space: string;
  readonly at: number;
  /** [vectors, length] */
  readonly query: Float32Array;
  readonly vectors: number;
  readonly k: number;
}

export type Task =
  | CaptionTask
  | AnswerTask
  | MatchTask
  | EmbedImageTask
  | EmbedTextTask
  | ChatTask
  | InspectTask
  | IndexApplyTask
  | IndexSearchTask;

/** The name of the model that a task asks; undefined where it needs none. */
export function modelOf(task: Task): string | undefined {
  return "model" in task ? task.model : undefined;
}

/** The pictures that a task carries. */
export function picturesOf(task: Task): readonly ImageSource[] {
  if (task.kind === "chat") return task.messages.flatMap(({ images }) => images);
  return "image" in task ? [task.image] : [];
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
  /** `tokens` counts the answer's tokens so far; some bring no text. */
  | { readonly type: "delta"; readonly text: string; readonly tokens: number };

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
  indexApply: IndexApplyResult;
  indexSearch: IndexSearchResult;
}

export type ResultOf<T extends Task> = Results[T["kind"]];
