import type { ModelInfo, Timing } from "../inference/index.ts";
import { nonEmptyText } from "./bounds.ts";
import { submit, type Context } from "./context.ts";
import { measuredSince, type ModelArguments } from "./generation.ts";
import { chooseModel } from "./model-choice.ts";

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
  const text = nonEmptyText("text", args.text);
  const model = chooseModel({ ...args, task: "MATCH" }, context.inference);
  const image = await context.pictures.read(args.image);
  const result = await submit({ kind: "match", model: model.name, image, text }, context);
  const { probability, similarity, timing } = result;
  return { probability, similarity, model, timing: measuredSince(started, timing) };
}
