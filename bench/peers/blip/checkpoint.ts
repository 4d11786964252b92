import { type CheckpointParts, randomCheckpoint } from "../../checkpoint.ts";
import { blipParts, type BlipClass } from "../../official/blip.ts";

/** The folder of a checkpoint of BLIP-base's published shape with random weights. Takes some seconds the first time. */
export function blipCheckpoint(architecture: BlipClass, signal: AbortSignal): Promise<string> {
  return randomCheckpoint(blipCheckpointParts(architecture), signal);
}

/** As transformers saves them: nothing twice, and no buffers. */
export function blipCheckpointParts(architecture: BlipClass): CheckpointParts {
  const { texts, tensors } = blipParts(architecture, { vision: "ViT-B", file: "safetensors", layers: undefined });
  const saved = tensors.filter(({ tiedTo, dtype }) => tiedTo === undefined && dtype === undefined);
  return { name: architecture, texts, tensors: saved };
}
