import type { Sampling } from "../scheduling/program.ts";
import { argmax, divideByTemperature, keepTopK, keepTopP, logSumExp } from "./logits.ts";
import { uniform } from "./random.ts";

/** Chooses an index of processed scores, which it may change. `position` picks the random number. */
export function sample(scores: Float32Array, sampling: Sampling, position: number): number {
  if (sampling.kind === "greedy") return argmax(scores);
  divideByTemperature(scores, sampling.temperature);
  keepTopK(scores, sampling.topK);
  keepTopP(scores, sampling.topP);
  return draw(scores, uniform(sampling.seed, position));
}

/** The index at which the cumulative distribution passes `threshold`. */
function draw(scores: Float32Array, threshold: number): number {
  const logTotal = logSumExp(scores);
  let cumulative = 0;
  for (let id = 0; id < scores.length; id++) {
    cumulative += Math.exp(scores[id]! - logTotal);
    if (cumulative > threshold) return id;
  }
  // Rounding can leave the sum a hair under 1.
  return argmax(scores);
}
