import { InferenceError } from "../errors.ts";
import type { GeneratedText, Message, Prepared, Programs } from "../models/model.ts";
import type { Claimant } from "../scheduling/claim.ts";
import type { Usage } from "../scheduling/request.ts";
import type { TimedStage } from "../scheduling/stages.ts";
import type { ChatResult, EmbedResult, GenerationResult, MatchResult, ResultOf, Stage, Timing } from "../result.ts";
import type {
  AnswerTask,
  CaptionTask,
  ChatTask,
  EmbedImageTask,
  EmbedTextTask,
  ImageSource,
  MatchTask,
  Task,
} from "../task.ts";
import { clock } from "./clock.ts";
import type { ComputeLink } from "./compute-link.ts";
import type { ChatStep } from "./protocol.ts";
import { runChat } from "./run-chat.ts";
import { runGeneration } from "./run-generation.ts";
import type { Pictures } from "./pictures.ts";
import type { Waiter } from "./places.ts";
import type { ServedModels, ServedPrograms } from "./served-models.ts";

export interface TaskContext {
  readonly models: ServedModels;
  readonly pictures: Pictures;
  readonly compute: ComputeLink;
  readonly signal: AbortSignal;
  readonly claimant: Claimant;
  /** On `clock`. */
  readonly deadline: number;
  /** Tells how a chat comes on. */
  readonly tell: (step: ChatStep) => void;
}

/** Equal requests that come no further apart than that are one generation, however short that is; milliseconds. */
export const AT_ONCE_MS = 500;

/** Carries a task out: reads and preprocesses its picture, has its program computed, and says what came of it. */
export function runTask(task: Task, context: TaskContext): Promise<ResultOf<Task>> {
  switch (task.kind) {
    case "caption":
      return caption(task, context);
    case "answer":
      return answer(task, context);
    case "match":
      return match(task, context);
    case "embedImage":
      return embedImage(task, context);
    case "embedText":
      return embedText(task, context);
    case "chat":
      return chat(task, context);
    case "inspect":
      return context.pictures.inspect(task.image, waiterOf(context));
    case "shrink":
      return context.pictures.shrink(task.image, task.side, waiterOf(context));
    case "indexApply":
    case "indexSearch":
      return context.compute.index(task);
  }
}

async function caption(task: CaptionTask, context: TaskContext): Promise<GenerationResult> {
  const ready = await readied("caption", task, context);
  return generated(ready.run(ready.picture, task.prompt, task.options), { ...ready, task, context });
}

async function answer(task: AnswerTask, context: TaskContext): Promise<GenerationResult> {
  const ready = await readied("answer", task, context);
  return generated(ready.run(ready.picture, task.question, task.choices, task.options), { ...ready, task, context });
}

async function match(task: MatchTask, context: TaskContext): Promise<MatchResult> {
  const ready = await readied("match", task, context);
  const { value, timing } = await computed(ready.run(ready.picture, task.text), { ...ready, context });
  return { ...value, timing };
}

async function embedImage(task: EmbedImageTask, context: TaskContext): Promise<EmbedResult> {
  const ready = await readied("embedImage", task, context);
  const { value, timing } = await computed(ready.run(ready.picture), { ...ready, context });
  return { embedding: value.values, vectors: value.vectors, timing };
}

async function embedText(task: EmbedTextTask, context: TaskContext): Promise<EmbedResult> {
  const start = clock();
  const { run } = ability(context.models.get(task.model), "embedText");
  const { value, timing } = await computed(run(task.text), { start, preprocessMs: 0, context });
  return { embedding: value.values, vectors: value.vectors, timing };
}

async function chat(task: ChatTask, context: TaskContext): Promise<ChatResult> {
  const start = clock();
  const { model, run } = ability(context.models.get(task.model), "chat");
  const messages = await readMessages(task, model, context);
  const preprocessMs = clock() - start;
  const { options, resumedTokenIds = [] } = task;
  const chatting = { ...context, tokenizer: model.tokenizer, stop: options.stop, resumedTokenIds };
  const { result, usage } = await runChat(run({ messages, resumedTokenIds }, options), chatting);
  return { ...result, timing: timing(usage, { start, preprocessMs }) };
}

/** The conversation with all its pictures as its model takes them. */
function readMessages(
  { messages }: ChatTask,
  { preprocessing }: ServedPrograms,
  context: TaskContext,
): Promise<readonly Message[]> {
  const { pictures } = context;
  return Promise.all(
    messages.map(async ({ role, text, images }) => ({
      role,
      text,
      pictures: await Promise.all(images.map((image) => pictures.load(image, preprocessing, waiterOf(context)))),
    })),
  );
}

/** When a task began, and how long its picture took; on `clock`. */
interface Begun {
  readonly start: number;
  readonly preprocessMs: number;
}

/** The task's picture as its model takes it, and the model's way to go on from there. */
async function readied<K extends keyof Programs>(
  name: K,
  task: { readonly model: string; readonly image: ImageSource },
  context: TaskContext,
) {
  const { models, pictures } = context;
  const start = clock();
  const { model, run } = ability(models.get(task.model), name);
  const picture = await pictures.load(task.image, model.preprocessing, waiterOf(context));
  return { model, run, picture, start, preprocessMs: clock() - start };
}

async function generated(
  prepared: Prepared<GeneratedText>,
  {
    task,
    model,
    context,
    ...begun
  }: Begun & { task: CaptionTask | AnswerTask; model: ServedPrograms; context: TaskContext },
): Promise<GenerationResult> {
  const answeredSince = begun.start - AT_ONCE_MS;
  const generating = { ...context, tokenizer: model.tokenizer, stop: task.options.stop, answeredSince };
  const { result, usage } = await runGeneration(prepared, generating);
  return { ...result, timing: timing(usage, begun) };
}

async function computed<T>(
  prepared: Prepared<T>,
  { context, ...begun }: Begun & { context: TaskContext },
): Promise<{ value: T; timing: Timing }> {
  const { outcome, usage } = await context.compute.run(prepared.program, context);
  return { value: prepared.finish(outcome), timing: timing(usage, begun) };
}

function waiterOf({ claimant, signal }: TaskContext): Waiter {
  return { ...claimant, signal };
}

/** The model's way to do a task, or UNSUPPORTED_TASK. */
function ability<K extends keyof Programs>(
  model: ServedPrograms,
  name: K,
): { model: ServedPrograms; run: NonNullable<Programs[K]> } {
  const run = model.programs[name];
  if (run !== undefined) return { model, run };
  const able = Object.keys(model.programs).join(", ");
  throw new InferenceError("UNSUPPORTED_TASK", `${model.name} cannot do ${name}; it can do ${able}.`);
}

function timing(usage: Usage, { start, preprocessMs }: Begun): Timing {
  const stages = usage.stages.map((stage) => stageSince(start, stage));
  const { encodeMs, decodeMs, deviceMs, encodeBatch, decodeBatch, imageCacheHit } = usage;
  const totalMs = clock() - start;
  const queueMs = Math.max(0, totalMs - preprocessMs - encodeMs - decodeMs);
  const passes = { encodeMs, decodeMs, deviceMs, encodeBatch, decodeBatch, imageCacheHit, stages };
  return { totalMs, queueMs, preprocessMs, ...passes };
}

function stageSince(start: number, { startedAt, endedAt, ...stage }: TimedStage): Stage {
  return { ...stage, startMs: startedAt - start, endMs: endedAt - start };
}
