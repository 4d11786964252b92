import {
  InferenceError,
  type AnswerTask,
  type CaptionTask,
  type FinishReason,
  type ModelFamily,
  type ModelInfo,
  type Timing,
} from "../inference/index.ts";
import { boundedList, maxComparedModels, nonEmptyText } from "./bounds.ts";
import type { Start } from "./completion-order.ts";
import { submit, type Context } from "./context.ts";
import { failureOf, type Failure } from "./failure.ts";
import { measuredSince } from "./generation.ts";
import { parseGenerationOptions, type GenerationOptionsInput } from "./generation-options.ts";
import { firstAble, modelsOfFamily, namedModel, requireAble } from "./model-choice.ts";
import type { ImageInput } from "./picture-reader.ts";
import { once, type Plan, type Planning } from "./planning.ts";

export interface CompareArguments {
  readonly image: ImageInput;
  readonly question?: string | null | undefined;
  readonly families?: readonly ModelFamily[] | null | undefined;
  readonly models?: readonly string[] | null | undefined;
  readonly options?: GenerationOptionsInput | null | undefined;
}

/** What one model said, or why it could not. */
export interface Comparison {
  readonly model: ModelInfo;
  readonly text?: string;
  readonly tokens?: number;
  readonly finishReason?: FinishReason;
  readonly timing?: Timing;
  readonly error?: Failure;
}

const families: readonly ModelFamily[] = ["BLIP", "BLIP2", "LLAVA"];

/**
 * One piece of work for each model, in the order in which they were asked for: families first, then models. What fails
 * in one is its own error. Throws only what concerns all: a wrong argument, or a model that is not served.
 */
export function compare(args: CompareArguments, context: Context): readonly Start<Comparison>[] {
  const started = performance.now();
  const asked = { image: args.image, started };
  return tasks(args, context).map((one) => (signal) => say(one, asked, { ...context, signal }));
}

/** A request for each model that `compare` asks. */
export const planCompare: Plan<CompareArguments> = (args, server) =>
  tasks(args, server).flatMap(({ task }) => once(task));

interface ModelTask {
  readonly model: ModelInfo;
  readonly task: Omit<CaptionTask, "image"> | Omit<AnswerTask, "image">;
}

function tasks(args: CompareArguments, server: Planning): readonly ModelTask[] {
  const question = args.question == null ? undefined : nonEmptyText("question", args.question);
  const options = parseGenerationOptions(args.options);
  return contestants(args, server).map((model) => {
    const common = { model: model.name, options };
    return {
      model,
      task: question === undefined ? { kind: "caption", ...common } : { kind: "answer", question, ...common },
    };
  });
}

interface Asked {
  readonly image: ImageInput;
  /** On performance.now()'s clock. */
  readonly started: number;
}

async function say({ model, task }: ModelTask, asked: Asked, context: Context): Promise<Comparison> {
  const { image: input, started } = asked;
  try {
    requireAble(model, task.kind === "caption" ? "CAPTION" : "VQA");
    // The document's reader reads it once for all of them, and the worker decodes it once.
    const image = await context.pictures.read(input);
    const { text, tokens, finishReason, timing } = await submit({ ...task, image }, context);
    return { model, text, tokens, finishReason, timing: measuredSince(started, timing) };
  } catch (error) {
    return { model, error: failureOf(error, context.report) };
  }
}

/** Each model once, in the order in which they were asked for. */
function contestants(args: CompareArguments, { inference }: Planning): readonly ModelInfo[] {
  const task = args.question == null ? "CAPTION" : "VQA";
  if (args.families == null && args.models == null) return everyFamily(task, inference);
  const byFamily = args.families == null ? [] : boundedList("families", args.families, families.length);
  const byName = args.models == null ? [] : boundedList("models", args.models, maxComparedModels);
  const chosen = [
    ...byFamily
      .map((family) => modelsOfFamily(family, inference))
      .map((models) => firstAble(models, task) ?? models[0]),
    ...byName.map((name) => namedModel(name, inference)),
  ];
  return [...new Map(chosen.map((model) => [model.name, model])).values()];
}

/** The default model of each family that is served and can do the task. */
function everyFamily(task: "CAPTION" | "VQA", inference: Context["inference"]): readonly ModelInfo[] {
  const models = inference.models();
  const chosen = families.map((family) =>
    firstAble(
      models.filter((model) => model.family === family),
      task,
    ),
  );
  const able = chosen.filter((model) => model !== undefined);
  if (able.length > 0) return able;
  throw new InferenceError("MODEL_UNAVAILABLE", `No served model can ${task}.`);
}
