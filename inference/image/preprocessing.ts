import { createHash } from "node:crypto";
import {
  parseFactor,
  parseMean,
  parseStd,
  requireValue,
  unsupported,
  withDefaults,
  type Rgb,
  type Size,
} from "./processor-values.ts";
import { processors, type Processor, type ProcessorName } from "./processors.ts";
import { RESAMPLER } from "./resize.ts";

export type { Rgb } from "./processor-values.ts";

/**
 * How a picture of any shape becomes views of the model's shape, width × height each.
 * "stretch": each side to its length, aspect ignored. "crop": scaled until the shorter side has its length, then the
 * middle of it; with a padding, the picture is made a square in that colour first. "tiles": the whole picture stretched,
 * then the tiles of one of `grids`, onto which it is scaled as large as fits, in black.
 */
export type Fit = Size &
  (
    | { readonly kind: "stretch" }
    | { readonly kind: "crop"; readonly shortestEdge: number; readonly padding?: Rgb }
    | { readonly kind: "tiles"; readonly grids: readonly Size[] }
  );

/** From decoded pixels to a vision tower's input: fit, then (pixel · rescale − mean) / std for each channel. */
export interface ImagePreprocessing {
  readonly fit: Fit;
  readonly rescale: number;
  readonly mean: Rgb;
  readonly std: Rgb;
}

/**
 * Reads a parsed preprocessor_config.json as the image processor that it names would, or `usual` where it names none.
 * Throws MODEL_UNAVAILABLE, naming the key, for a step that is not implemented and for a value that makes no sense.
 */
export function parsePreprocessing(json: unknown, usual: ProcessorName = "BlipImageProcessor"): ImagePreprocessing {
  const { defaults, fit }: Processor = processors[processorOf(json, usual)];
  const values = withDefaults(json, defaults);
  requireValue(values, "do_resize", true);
  requireValue(values, "resample", 3);
  return {
    fit: fit(values),
    rescale: values.do_rescale === false ? 1 : parseFactor(values.rescale_factor),
    mean: values.do_normalize === false ? [0, 0, 0] : parseMean(values.image_mean),
    std: values.do_normalize === false ? [1, 1, 1] : parseStd(values.image_std),
  };
}

/** A short digest that names everything that decides the pixel values: equal names, equal values. */
export function fingerprint({ fit, rescale, mean, std }: ImagePreprocessing): string {
  const facts = [RESAMPLER, ...factsOf(fit), rescale, ...mean, ...std];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 16);
}

function factsOf(fit: Fit): readonly unknown[] {
  const { kind, width, height } = fit;
  switch (kind) {
    case "stretch":
      return [kind, width, height];
    case "crop":
      return [kind, width, height, fit.shortestEdge, fit.padding ?? "no padding"];
    case "tiles":
      return [kind, width, height, fit.grids.map((grid) => [grid.width, grid.height])];
  }
}

/** Fast and Pil variants compute the same. */
function processorOf(json: unknown, usual: ProcessorName): ProcessorName {
  const { image_processor_type: stated } = Object(json) as { image_processor_type?: unknown };
  if (stated === undefined || stated === null) return usual;
  const name = typeof stated === "string" ? stated.replace(/(Fast|Pil)$/, "") : "";
  if (name in processors) return name as ProcessorName;
  throw unsupported("image_processor_type", stated, Object.keys(processors).join(", "));
}
