import { join } from "node:path";
import { type Checkpoint, openCheckpoint } from "../checkpoint/checkpoint.ts";
import { CheckpointError } from "../checkpoint/checkpoint-error.ts";
import { readConfig } from "../checkpoint/config.ts";
import { blip } from "./blip/blip.ts";
import { blip2 } from "./blip-2/blip-2.ts";
import { llava } from "./llava/llava.ts";
import type { Model, ModelAbout } from "./model.ts";

/** Every class of transformers that is served, by its name in config.json's `architectures`. */
const models: ReadonlyMap<string, (checkpoint: Checkpoint) => Model> = new Map(
  Object.entries({ ...blip, ...blip2, ...llava }),
);

/**
 * Opens a checkpoint folder in the Hugging Face layout, or one that is open already. Throws a CheckpointError where it is
 * not one of the served classes.
 */
export function openModel(from: string | Checkpoint): Model {
  const folder = typeof from === "string" ? from : from.folder;
  const architectures = readConfig(folder, "config.json").strings("architectures", []);
  const open = architectures.map((name) => models.get(name)).find((found) => found !== undefined);
  if (open) return open(typeof from === "string" ? openCheckpoint(from) : from);
  const found = architectures.length > 0 ? architectures.join(", ") : "nothing";
  const problem = `architectures: expected one of ${[...models.keys()].join(", ")}, found ${found}`;
  throw new CheckpointError(join(folder, "config.json"), problem);
}

/** What a checkpoint folder has to say about itself, from its headers and its card. Throws as openModel does. */
export function aboutCheckpoint(folder: string): ModelAbout {
  return openModel(folder).about();
}
