import { existsSync } from "node:fs";
import { join } from "node:path";
import { blipParts } from "./blip-parts.ts";
import { blipBase } from "./blip-tensors.ts";
import { randomCheckpoint } from "./checkpoint.ts";
import { llavaParts } from "./llava-parts.ts";
import { halfBillion } from "./llava-tensors.ts";
import { root } from "./server-process.ts";

/** A checkpoint, or several by commas, and how they are served. */
export interface ServedSubject {
  readonly title: string;
  readonly folder: string;
  readonly flags?: readonly string[];
  /** Modules that are loaded into the API process before its own: URLs. */
  readonly imports?: readonly string[];
  /** Beside the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A checkpoint whose captions are measured. */
export interface Subject extends ServedSubject {
  /** Captions asked for by each client of a level, and the fewest of a level. */
  readonly captions: { readonly perClient: number; readonly atLeast: number };
}

/** BLIP-base's size with random weights. Takes some seconds the first time. */
export async function baseSubject(signal: AbortSignal): Promise<Subject> {
  const folder = await randomCheckpoint(blipParts(blipBase), signal);
  return { title: "BLIP-base, random weights", folder, captions: { perClient: 2, atLeast: 16 } };
}

/** A language model of half a billion parameters that chats about pictures, random weights: 1.9 GB on disk. */
export async function chatSubject(signal: AbortSignal): Promise<ServedSubject> {
  const folder = await randomCheckpoint(llavaParts(halfBillion), signal);
  // A row takes 192 KiB: 32 streams of three hundred rows, and as many that are kept, do not fit the default.
  const flags = ["--kv-cache", String(6 * 2 ** 30)];
  return { title: "LLaVA with half a billion parameters, random weights", folder, flags };
}

/** The bundled captioning model; undefined where it is not there. */
export function demoSubject(): Subject | undefined {
  const folder = join(root, "checkpoints", "demo-blip-caption");
  if (!existsSync(folder)) return undefined;
  return { title: "The bundled demo model", folder, captions: { perClient: 8, atLeast: 48 } };
}
