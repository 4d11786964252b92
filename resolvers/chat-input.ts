import { InferenceError, type ChatRole, type ModelFamily } from "../inference/index.ts";
import { boundedText, chatBounds, nonEmptyText } from "./bounds.ts";
import type { GenerationOptionsInput } from "./generation-options.ts";
import type { ImageInput } from "./picture-reader.ts";

export interface ChatMessageInput {
  readonly role: ChatRole;
  readonly text: string;
  readonly images?: readonly ImageInput[] | null | undefined;
}

export interface ChatInput {
  readonly generationId?: string | null | undefined;
  readonly family: ModelFamily;
  readonly model?: string | null | undefined;
  readonly messages: readonly ChatMessageInput[];
  readonly options?: GenerationOptionsInput | null | undefined;
}

/** An id as a client may choose it: 1 to 128 characters. */
export function checkGenerationId(id: string): string {
  if (id.length >= 1 && id.length <= chatBounds.idLength) return id;
  throw badInput(`generationId must have 1 to ${chatBounds.idLength} characters; it has ${id.length}.`);
}

/** A conversation that a model can go on with, checked before any picture of it is read. */
export function checkMessages(messages: readonly ChatMessageInput[]): readonly ChatMessageInput[] {
  const { messages: maxMessages, images: maxImages, characters: maxCharacters } = chatBounds;
  if (messages.length === 0) throw badInput("messages must not be empty.");
  checkCount(messages.length, maxMessages, "messages must have at most", "items");
  checkCount(sum(messages, imagesOf), maxImages, "A conversation may have at most", "images");
  messages.forEach(checkMessage);
  const characters = sum(messages, ({ text }) => text.length);
  if (characters > maxCharacters) {
    const message = `The messages may have at most ${maxCharacters} characters together; they have ${characters}.`;
    throw new InferenceError("PROMPT_TOO_LONG", message);
  }
  checkTurns(messages);
  return messages;
}

function checkMessage(message: ChatMessageInput, i: number): void {
  const { role, text } = message;
  if (imagesOf(message) === 0) nonEmptyText(`messages[${i}].text`, text);
  else if (role === "USER") boundedText(`messages[${i}].text`, text);
  else throw badInput(`messages[${i}].images: only USER messages can have images; this one is ${role}.`);
}

/** A SYSTEM message first, if any; then USER and ASSISTANT in turns, as every chat template has it, and USER last. */
function checkTurns(messages: readonly ChatMessageInput[]): void {
  const start = messages[0]!.role === "SYSTEM" ? 1 : 0;
  for (let i = start; i < messages.length; i++) {
    const expected: ChatRole = (i - start) % 2 === 0 ? "USER" : "ASSISTANT";
    const { role } = messages[i]!;
    if (role !== expected)
      throw badInput(`messages[${i}].role must be ${expected}, as turns alternate; it is ${role}.`);
  }
  const { role } = messages.at(-1)!;
  if (role !== "USER") throw badInput(`The last message must be USER, whom the model answers; it is ${role}.`);
}

function checkCount(count: number, max: number, before: string, unit: string): void {
  if (count > max) throw badInput(`${before} ${max} ${unit}; it has ${count}.`);
}

function imagesOf({ images }: ChatMessageInput): number {
  return images?.length ?? 0;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function badInput(message: string): InferenceError {
  return new InferenceError("BAD_USER_INPUT", message);
}
