import { randomInt, randomUUID } from "node:crypto";
import {
  InferenceError,
  type ChatMessage,
  type ChatTask,
  type GenerationOptions,
  type GenerationReader,
  type GenerationRequest,
  type ModelInfo,
} from "../inference/index.ts";
import { chatFingerprint } from "./chat-fingerprint.ts";
import { checkGenerationId, checkMessages, type ChatInput, type ChatMessageInput } from "./chat-input.ts";
import { ChatStream } from "./chat-stream.ts";
import type { Context } from "./context.ts";
import { parseGenerationOptions } from "./generation-options.ts";
import { chooseModel } from "./model-choice.ts";
import type { PictureReader } from "./picture-reader.ts";
import { once, type Plan, type Planning } from "./planning.ts";
import { scopedId } from "./scoped-id.ts";

export interface ChatArguments {
  readonly input: ChatInput;
  readonly after?: number | null | undefined;
}

/** The events of a chat, which begins, or is found again, when the first of them is asked for. */
export function chat({ input, after }: ChatArguments, context: Context): ChatStream {
  const asked = { input, id: input.generationId ?? randomUUID(), after: after ?? -1 };
  return new ChatStream({
    generationId: asked.id,
    after: asked.after,
    open: () => openChat(asked, context),
    failure: (error) => context.generations.failure(error),
    onFailed: context.failed,
  });
}

/** Ends a generation with the text so far, from whatever connection; false where it is not running. */
export function cancelGeneration(generationId: string, { generations, tenant }: Context): Promise<boolean> {
  return generations.cancel(scopedId(tenant, generationId));
}

interface AskedChat {
  readonly input: ChatInput;
  /** The client's id, or one that was made for it. */
  readonly id: string;
  readonly after: number;
}

async function openChat({ input, id, after }: AskedChat, context: Context): Promise<GenerationReader> {
  checkGenerationId(id);
  if (after < -1) throw badInput(`after must be -1 or more; it is ${after}.`);
  const scoped = scopedId(context.tenant, id);
  if (isAttachOnly(input)) return context.generations.open({ id: scoped, after });
  const begin = after >= 0 ? undefined : () => requestOf({ input, id: scoped }, context);
  return context.generations.open({ id: scoped, after, fingerprint: () => chatFingerprint(input), begin });
}

/** Who only watches need not know what was asked. */
function isAttachOnly({ generationId, messages }: ChatInput): boolean {
  return generationId != null && messages.length === 0;
}

/** The request that a chat begins with; none for whoever listens to one that there is. */
export const planChat: Plan<ChatArguments> = ({ input, after }, server) => {
  const { generations, tenant } = server;
  const isKnown = input.generationId != null && generations.isKnown(scopedId(tenant, input.generationId));
  if (isKnown || (after ?? -1) >= 0 || isAttachOnly(input)) return [];
  const { messages, ...task } = chatToAsk(input, server).task;
  return once({ ...task, messages: messages.map(({ text, images }) => ({ text, images: images ?? [] })) });
};

interface ChatToAsk {
  readonly model: ModelInfo;
  readonly task: Omit<ChatTask, "messages"> & { readonly messages: readonly ChatMessageInput[] };
}

function chatToAsk(input: ChatInput, { inference }: Planning): ChatToAsk {
  const messages = checkMessages(input.messages);
  const options = parseGenerationOptions(input.options);
  const model = chooseModel({ model: input.model, family: input.family, task: "CHAT" }, inference);
  return { model, task: { kind: "chat", model: model.name, messages, options } };
}

function requestOf({ input, id }: Pick<AskedChat, "input" | "id">, context: Context): GenerationRequest {
  const { inference, pictures, client, admitChat } = context;
  const { model, task } = chatToAsk(input, context);
  const options = seeded(task.options);
  const fingerprint = chatFingerprint(input);
  const prepare = async (signal: AbortSignal): Promise<ChatTask> => {
    await admitChat(signal);
    // An upload that cannot be read fails the chat here, rather than nobody.
    await fingerprint;
    return { ...task, messages: await readMessages(task.messages, pictures.until(signal)), options };
  };
  return { id, model, client, fingerprint, prepare, inference };
}

/** With a seed, a chat that outlives its worker goes on as it would have. */
function seeded(options: GenerationOptions): GenerationOptions {
  return { ...options, seed: options.seed ?? randomInt(2 ** 31) };
}

function readMessages(messages: readonly ChatMessageInput[], pictures: PictureReader): Promise<readonly ChatMessage[]> {
  return Promise.all(
    messages.map(async ({ role, text, images }) => ({
      role,
      text,
      images: await Promise.all((images ?? []).map((image) => pictures.read(image))),
    })),
  );
}

function badInput(message: string): InferenceError {
  return new InferenceError("BAD_USER_INPUT", message);
}
