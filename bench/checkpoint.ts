import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeRandomWeights } from "./random-weights.ts";
import type { NamedTensor } from "./tensors.ts";

/** To be raised when the same parts are to give other files: makes the cached ones miss. */
const RECIPE = 2;

/** Everything that a made-up checkpoint consists of. */
export interface CheckpointParts {
  readonly name: string;
  /** Every file but the weights: name → text. */
  readonly texts: Readonly<Record<string, string>>;
  readonly tensors: readonly NamedTensor[];
}

/** preprocessor_config.json of models that see a square, whatever the picture's shape; `own` is what they differ in. */
export function squareProcessor(side: number, own: object): object {
  const all = { do_convert_rgb: true, do_normalize: true, do_rescale: true, do_resize: true, rescale_factor: 1 / 255 };
  return { ...all, resample: 3, size: { height: side, width: side }, ...own };
}

/**
 * The folder of such a checkpoint with random weights, in the temporary folder of the system: made now unless an earlier
 * run left it. What it generates is nonsense of exactly as many tokens as are asked for.
 */
export async function randomCheckpoint(parts: CheckpointParts, signal?: AbortSignal): Promise<string> {
  const recipe = createHash("sha256")
    .update(JSON.stringify([RECIPE, parts]))
    .digest("hex");
  const folder = join(tmpdir(), "triptych-bench", `random-${parts.name}-${recipe.slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  try {
    await writeCheckpoint(unfinished, parts, signal);
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/** Writes such a checkpoint into a folder, which it makes. */
export async function writeCheckpoint(
  folder: string,
  { texts, tensors }: CheckpointParts,
  signal?: AbortSignal,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
  await writeRandomWeights(join(folder, "model.safetensors"), tensors, signal);
}
