import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "../../official/parts.ts";
import { writeRandomWeights } from "../../random-weights.ts";
import type { LanguageShape } from "../gguf-model.ts";
import { decoderGraph } from "./decoder-graph.ts";
import { q4Tensors, Q4Weights } from "./weights.ts";

/** To be raised when the same shape is to give other files: makes the cached ones miss. */
const RECIPE = 2;

/** The folder of a language model for transformers.js, random weights in q4: made now unless an earlier run left it. */
export async function exported(shape: LanguageShape, signal?: AbortSignal): Promise<string> {
  const recipe = createHash("sha256")
    .update(JSON.stringify([RECIPE, shape]))
    .digest("hex");
  const folder = join(tmpdir(), "triptych-bench", `transformers-js-${shape.kind}-${recipe.slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  try {
    await writeExport(unfinished, shape, signal);
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/** Writes such a model into a folder, which it makes. */
export async function writeExport(folder: string, shape: LanguageShape, signal?: AbortSignal): Promise<void> {
  await mkdir(join(folder, "onnx"), { recursive: true });
  const weights = join(folder, "onnx", "model_q4.onnx_data");
  await writeRandomWeights(weights, q4Tensors(shape), signal);
  await writeFile(join(folder, "onnx", "model_q4.onnx"), decoderGraph(shape.sizes, new Q4Weights(weights)));
  await writeFile(join(folder, "config.json"), json(config(shape)));
  // Nothing ends a text before it is as long as was asked.
  await writeFile(join(folder, "generation_config.json"), json({ do_sample: false }));
}

function config({ kind, sizes }: LanguageShape): object {
  return {
    ...sizes,
    model_type: kind,
    architectures: [kind === "qwen2" ? "Qwen2ForCausalLM" : "LlamaForCausalLM"],
    "transformers.js_config": { use_external_data_format: { "model_q4.onnx": 1 } },
  };
}
