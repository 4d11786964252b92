import { nonEmptyText, textsToRank } from "./bounds.ts";
import { submit, type Context } from "./context.ts";
import { toGeneration, type Generation, type GenerationArguments } from "./generation.ts";
import { parseGenerationOptions } from "./generation-options.ts";
import { chooseModel } from "./model-choice.ts";

export interface VqaArguments extends GenerationArguments {
  readonly question: string;
  readonly choices?: readonly string[] | null | undefined;
}

/** Answers a question about a picture; with choices, ranks them instead. */
export async function vqa(args: VqaArguments, context: Context): Promise<Generation> {
  const started = performance.now();
  const question = nonEmptyText("question", args.question);
  const choices = args.choices == null ? {} : { choices: textsToRank("choices", args.choices) };
  const options = parseGenerationOptions(args.options);
  const model = chooseModel({ ...args, task: "VQA" }, context.inference);
  const image = await context.pictures.read(args.image);
  const result = await submit({ kind: "answer", model: model.name, image, question, ...choices, options }, context);
  return toGeneration(result, model, started);
}
