import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blipTensors, type BlipSizes } from "./blip-tensors.ts";
import { checkpointTexts } from "./checkpoint-json.ts";
import { writeRandomWeights } from "./random-weights.ts";

/** To be raised when the same sizes are to give other files: makes the cached ones miss. */
const RECIPE = 1;

/**
 * The folder of a captioning checkpoint of these sizes with random weights, in the temporary folder of the system: made
 * now unless an earlier run left it. Its captions are nonsense of exactly as many tokens as are asked for.
 */
export async function randomCheckpoint(sizes: BlipSizes, signal?: AbortSignal): Promise<string> {
  const recipe = createHash("sha256")
    .update(JSON.stringify([RECIPE, sizes]))
    .digest("hex");
  const folder = join(tmpdir(), "triptych-bench", `random-blip-${recipe.slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  try {
    await writeCheckpoint(unfinished, sizes, signal);
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/** Writes such a checkpoint into a folder, which it makes. */
export async function writeCheckpoint(folder: string, sizes: BlipSizes, signal?: AbortSignal): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(checkpointTexts(sizes))) await writeFile(join(folder, name), text);
  await writeRandomWeights(join(folder, "model.safetensors"), blipTensors(sizes), signal);
}
