import {
  type AnswerTask,
  type CaptionTask,
  type ChatMessage,
  type ChatTask,
  type GenerationOptions,
  type ImageSource,
  InferenceError,
  type Task,
} from "../../inference/index.ts";

/** As inference/models/llava asks, which has the sentences from LLaVA-1.5's training. */
const CAPTION = "Provide a one-sentence caption for the provided image.";
const SHORT_ANSWER = "Answer the question using a single word or phrase.";

export type AskedTask = CaptionTask | AnswerTask | ChatTask;

/** A conversation that the server is to go on with. */
export interface Asked {
  readonly messages: readonly ChatMessage[];
  readonly options: GenerationOptions;
  /** Of the answer, what was said before. */
  readonly prior: { readonly text: string; readonly tokens: number };
}

/** Captions and answers are conversations of one turn. Throws UNSUPPORTED_TASK for what no conversation is. */
export function askedOf(task: Task): Asked {
  if (!isAsked(task)) throw unsupported(`${"model" in task ? task.model : "It"} cannot do ${task.kind}`);
  if (task.kind === "chat") return { messages: task.messages, options: task.options, prior: priorOf(task) };
  const { image, options } = task;
  return { messages: [question(textOf(task), image)], options, prior: { text: "", tokens: 0 } };
}

/** Whether a task is a conversation. */
export function isAsked(task: Task): task is AskedTask {
  return task.kind === "chat" || task.kind === "caption" || task.kind === "answer";
}

function textOf(task: CaptionTask | AnswerTask): string {
  if (task.kind === "caption") return task.prompt ?? CAPTION;
  // How likely each choice is would have to be read from a prompt's own tokens, which the protocol does not tell.
  if (task.choices !== undefined) throw unsupported(`${task.model} cannot rank choices`);
  return `${task.question}\n${SHORT_ANSWER}`;
}

function question(text: string, image: ImageSource): ChatMessage {
  return { role: "USER", text, images: [image] };
}

function priorOf({ resumedTokenIds = [], resumedText }: ChatTask): Asked["prior"] {
  if (resumedTokenIds.length > 0 && resumedText === undefined) {
    throw new InferenceError("MODEL_UNAVAILABLE", "The model's server goes on from texts, not from tokens.");
  }
  return { text: resumedText ?? "", tokens: resumedTokenIds.length };
}

function unsupported(what: string): InferenceError {
  return new InferenceError("UNSUPPORTED_TASK", `${what}: its server can chat, caption, and answer without choices.`);
}
