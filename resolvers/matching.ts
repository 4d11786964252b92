import type { MatchTask, ModelInfo, Timing } from "../inference/index.ts";
import { nonEmptyText } from "./bounds.ts";
import { submit, type Context } from "./context.ts";
import { measuredSince, type ModelArguments } from "./generation.ts";
import { chooseModel } from "./model-choice.ts";
import { once, type Plan, type Planning } from "./planning.ts";

export interface MatchArguments extends ModelArguments {
  readonly text: string;
}

/** How well a text fits a picture. */
export interface Match {
  readonly probability: number;
  readonly similarity: number;
  readonly model: ModelInfo;
  readonly timing: Timing;
}

/** Says how well a text fits a picture: ITM probability and ITC similarity. */
export async function match(args: MatchArguments, context: Context): Promise<Match> {
  const started = performance.now();
  const { model, task } = asked(args, context);
  const image = await context.pictures.read(args.image);
  const { probability, similarity, timing } = await submit({ ...task, image }, context);
  return { probability, similarity, model, timing: measuredSince(started, timing) };
}

/** The request that `match` makes. */
export const planMatch: Plan<MatchArguments> = (args, server) => once(asked(args, server).task);

function asked(
  args: MatchArguments,
  { inference }: Planning,
): { readonly model: ModelInfo; readonly task: Omit<MatchTask, "image"> } {
  const text = nonEmptyText("text", args.text);
  const model = chooseModel({ ...args, task: "MATCH" }, inference);
  return { model, task: { kind: "match", model: model.name, text } };
}
