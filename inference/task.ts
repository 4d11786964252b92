/** What a caller may ask of the inference side. No model knowledge here. */

export type ChatRole = "SYSTEM" | "USER" | "ASSISTANT";

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
  /** What these say, where somebody has it written down: for engines that go on from text. */
  readonly resumedText?: string;
}

/** Reads and decodes the picture fully, and says what it is. Needs no model. */
export interface InspectTask {
  readonly kind: "inspect";
  readonly image: ImageSource;
}

/** Makes a smaller copy of the picture, for people to look at. Needs no model. */
export interface ShrinkTask {
  readonly kind: "shrink";
  readonly image: ImageSource;
  /** Its width and its height at most, in pixels. */
  readonly side: number;
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
  | ShrinkTask
  | IndexApplyTask
  | IndexSearchTask;

/** A task for a model, as far as it is known before its pictures are read. */
export type PlannedTask =
  | Omit<CaptionTask, "image">
  | Omit<AnswerTask, "image">
  | Omit<MatchTask, "image">
  | Omit<EmbedImageTask, "image">
  | EmbedTextTask
  | PlannedChat;

/** Of a message's pictures only the number is known. */
export interface PlannedChat extends Omit<ChatTask, "messages"> {
  readonly messages: readonly { readonly text: string; readonly images: readonly unknown[] }[];
}

/** The name of the model that a task asks; undefined where it needs none. */
export function modelOf(task: Task): string | undefined {
  return "model" in task ? task.model : undefined;
}

/** The pictures that a task carries. */
export function picturesOf(task: Task): readonly ImageSource[] {
  if (task.kind === "chat") return task.messages.flatMap(({ images }) => images);
  return "image" in task ? [task.image] : [];
}
