import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { InferenceClient } from "../../../inference/index.ts";
import { golden, startTinyInference } from "../../support/tiny-inference.ts";

const pictures = ["square", "strip", "tower"].map((name) => {
  const bytes = readFileSync(join(golden, "llava/pictures", `${name}.png`));
  return { base64: bytes.toString("base64") };
});

/** A real worker with a tiny random-weight LLaVA, whose answers are nonsense and always the same. */
export function startTinyChat(): InferenceClient {
  const models = [{ name: "clip-llama", folder: join(golden, "llava/clip-llama") }];
  return startTinyInference({ models, timeoutMs: 120_000 });
}

/** A question about a picture, to be answered with so many tokens: every third greedily, the others by a seed. */
export function question(i: number, tokens: number): Readonly<Record<string, unknown>> {
  const sampling = i % 3 === 0 ? {} : { temperature: 1, seed: i };
  return {
    messages: [{ role: "USER", text: `question ${i}`, images: [pictures[i % pictures.length]] }],
    options: { minTokens: tokens, maxTokens: tokens, ...sampling },
  };
}
