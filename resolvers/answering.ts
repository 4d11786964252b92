import type { AnswerTask, ModelInfo } from "../inference/index.ts";
import { nonEmptyText, textsToRank } from "./bounds.ts";
import { submit, type Context } from "./context.ts";
import { toGeneration, type Generation, type GenerationArguments } from "./generation.ts";
import { parseGenerationOptions } from "./generation-options.ts";
import { chooseModel } from "./model-choice.ts";
import { once, type Plan, type Planning } from "./planning.ts";

export interface VqaArguments extends GenerationArguments {
  readonly question: string;
  readonly choices?: readonly string[] | null | undefined;
}

/** Answers a question about a picture; with choices, ranks them instead. */
export async function vqa(args: VqaArguments, context: Context): Promise<Generation> {
  const started = performance.now();
  const { model, task } = asked(args, context);
  const image = await context.pictures.read(args.image);
  return toGeneration(await submit({ ...task, image }, context), model, started);
}

/** The request that `vqa` makes. */
export const planVqa: Plan<VqaArguments> = (args, server) => once(asked(args, server).task);

function asked(
  args: VqaArguments,
  { inference }: Planning,
): { readonly model: ModelInfo; readonly task: Omit<AnswerTask, "image"> } {
  const question = nonEmptyText("question", args.question);
  const choices = args.choices == null ? {} : { choices: textsToRank("choices", args.choices) };
  const options = parseGenerationOptions(args.options);
  const model = chooseModel({ ...args, task: "VQA" }, inference);
  return { model, task: { kind: "answer", model: model.name, question, ...choices, options } };
}
