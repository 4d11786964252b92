import { boundedText } from "./bounds.ts";
import { submit, type Context } from "./context.ts";
import { toGeneration, type Generation, type GenerationArguments } from "./generation.ts";
import { parseGenerationOptions } from "./generation-options.ts";
import { chooseModel } from "./model-choice.ts";

export interface CaptionArguments extends GenerationArguments {
  readonly prompt?: string | null | undefined;
}

/** Describes a picture; a prompt is the beginning of the description. */
export async function caption(args: CaptionArguments, context: Context): Promise<Generation> {
  const started = performance.now();
  const options = parseGenerationOptions(args.options);
  const model = chooseModel({ ...args, task: "CAPTION" }, context.inference);
  const prompt = args.prompt == null ? {} : { prompt: boundedText("prompt", args.prompt) };
  const image = await context.pictures.read(args.image);
  const result = await submit({ kind: "caption", model: model.name, image, ...prompt, options }, context);
  return toGeneration(result, model, started);
}
