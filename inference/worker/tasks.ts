import { InferenceError } from "../errors.ts";
import type { Prepared, Programs } from "../models/model.ts";
import type { Usage } from "../scheduling/request.ts";
import type {
  AnswerTask,
  CaptionTask,
  EmbedImageTask,
  EmbedResult,
  EmbedTextTask,
  GenerationResult,
  MatchResult,
  MatchTask,
  ResultOf,
  Task,
  Timing,
} from "../task.ts";
import { clock } from "./clock.ts";
import type { ComputeLink } from "./compute-link.ts";
import { runGeneration } from "./run-generation.ts";
import type { Pictures } from "./pictures.ts";
import type { ServedModels, ServedPrograms } from "./served-models.ts";

export interface TaskContext {
  readonly models: ServedModels;
  readonly pictures: Pictures;
  readonly compute: ComputeLink;
  readonly signal: AbortSignal;
  /** On `clock`. */
  readonly deadline: number;
}

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
    case "inspect":
      return context.pictures.inspect(task.image);
    case "indexApply":
    case "indexSearch":
      return context.compute.index(task);
  }
}

async function caption(task: CaptionTask, context: TaskContext): Promise<GenerationResult> {
  const start = clock();
  const { model, run } = ability(context.models.get(task.model), "caption");
  const picture = await context.pictures.load(task.image, model.preprocessing);
  const preprocessMs = clock() - start;
  const prepared = run(picture, task.prompt, task.options);
  const { result, usage } = await runGeneration(prepared, {
    ...context,
    tokenizer: model.tokenizer,
    stop: task.options.stop,
  });
  return { ...result, timing: timing(usage, start, preprocessMs) };
}

async function answer(task: AnswerTask, context: TaskContext): Promise<GenerationResult> {
  const start = clock();
  const { model, run } = ability(context.models.get(task.model), "answer");
  const picture = await context.pictures.load(task.image, model.preprocessing);
  const preprocessMs = clock() - start;
  const prepared = run(picture, task.question, task.choices, task.options);
  const { result, usage } = await runGeneration(prepared, {
    ...context,
    tokenizer: model.tokenizer,
    stop: task.options.stop,
  });
  return { ...result, timing: timing(usage, start, preprocessMs) };
}

async function match(task: MatchTask, context: TaskContext): Promise<MatchResult> {
  const start = clock();
  const { model, run } = ability(context.models.get(task.model), "match");
  const picture = await context.pictures.load(task.image, model.preprocessing);
  const preprocessMs = clock() - start;
  const { value, usage } = await compute(run(picture, task.text), context);
  return { ...value, timing: timing(usage, start, preprocessMs) };
}

async function embedImage(task: EmbedImageTask, context: TaskContext): Promise<EmbedResult> {
  const start = clock();
  const { model, run } = ability(context.models.get(task.model), "embedImage");
  const picture = await context.pictures.load(task.image, model.preprocessing);
  const preprocessMs = clock() - start;
  const { value, usage } = await compute(run(picture), context);
  return { embedding: value, timing: timing(usage, start, preprocessMs) };
}

async function embedText(task: EmbedTextTask, context: TaskContext): Promise<EmbedResult> {
  const start = clock();
  const { run } = ability(context.models.get(task.model), "embedText");
  const { value, usage } = await compute(run(task.text), context);
  return { embedding: value, timing: timing(usage, start, 0) };
}

async function compute<T>(prepared: Prepared<T>, context: TaskContext): Promise<{ value: T; usage: Usage }> {
  const { outcome, usage } = await context.compute.run(prepared.program, context);
  return { value: prepared.finish(outcome), usage };
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

function timing(usage: Usage, start: number, preprocessMs: number): Timing {
  const totalMs = clock() - start;
  const queueMs = Math.max(0, totalMs - preprocessMs - usage.encodeMs - usage.decodeMs);
  return { totalMs, queueMs, preprocessMs, ...usage };
}
