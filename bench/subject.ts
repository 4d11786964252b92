import { existsSync } from "node:fs";
import { join } from "node:path";
import { blipParts } from "./blip-parts.ts";
import { blipBase } from "./blip-tensors.ts";
import { randomCheckpoint } from "./checkpoint.ts";
import { root } from "./server-process.ts";

/** A checkpoint to measure. */
export interface Subject {
  readonly title: string;
  readonly folder: string;
  /** Captions asked for by each client of a level, and the fewest of a level. */
  readonly captions: { readonly perClient: number; readonly atLeast: number };
}

/** BLIP-base's size with random weights. Takes some seconds the first time. */
export async function baseSubject(signal: AbortSignal): Promise<Subject> {
  const folder = await randomCheckpoint(blipParts(blipBase), signal);
  return { title: "BLIP-base, random weights", folder, captions: { perClient: 2, atLeast: 16 } };
}

/** The bundled captioning model; undefined where it is not there. */
export function demoSubject(): Subject | undefined {
  const folder = join(root, "checkpoints", "demo-blip-caption");
  if (!existsSync(folder)) return undefined;
  return { title: "The bundled demo model", folder, captions: { perClient: 8, atLeast: 48 } };
}
