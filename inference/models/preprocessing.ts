import { existsSync } from "node:fs";
import { join } from "node:path";
import { findConfig } from "../checkpoint/config.ts";
import { readJsonObject } from "../checkpoint/json.ts";
import { parsePreprocessing, type ImagePreprocessing } from "../image/preprocessing.ts";
import type { ProcessorName } from "../image/processors.ts";

/**
 * How a checkpoint prepares pictures: by preprocessor_config.json, or where transformers wrote all of a processor into
 * one file, by `image_processor` of processor_config.json. `usual` is the image processor where none is named.
 */
export function readPreprocessing(folder: string, usual: ProcessorName): ImagePreprocessing {
  return parsePreprocessing(imageProcessor(folder), usual);
}

function imageProcessor(folder: string): unknown {
  const path = join(folder, "preprocessor_config.json");
  const joint = existsSync(path) ? undefined : findConfig(folder, "processor_config.json");
  return joint?.has("image_processor") === true ? joint.object("image_processor").json : readJsonObject(path);
}
