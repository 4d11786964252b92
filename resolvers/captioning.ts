import type { CaptionTask, ModelInfo } from "../inference/index.ts";
import { boundedText } from "./bounds.ts";
import { submit, type Context } from "./context.ts";
import { toGeneration, type Generation, type GenerationArguments } from "./generation.ts";
import { parseGenerationOptions } from "./generation-options.ts";
import { chooseModel } from "./model-choice.ts";
import { once, type Plan, type Planning } from "./planning.ts";

export interface CaptionArguments extends GenerationArguments {
  readonly prompt?: string | null | undefined;
}

/** Describes a picture; a prompt is the beginning of the description. */
export async function caption(args: CaptionArguments, context: Context): Promise<Generation> {
  const started = performance.now();
  const { model, task } = asked(args, context);
  const image = await context.pictures.read(args.image);
  return toGeneration(await submit({ ...task, image }, context), model, started);
}

/** The request that `caption` makes. */
export const planCaption: Plan<CaptionArguments> = (args, server) => once(asked(args, server).task);

function asked(
  args: CaptionArguments,
  { inference }: Planning,
): { readonly model: ModelInfo; readonly task: Omit<CaptionTask, "image"> } {
  const options = parseGenerationOptions(args.options);
  const model = chooseModel({ ...args, task: "CAPTION" }, inference);
  const prompt = args.prompt == null ? {} : { prompt: boundedText("prompt", args.prompt) };
  return { model, task: { kind: "caption", model: model.name, ...prompt, options } };
}
