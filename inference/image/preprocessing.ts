import { createHash } from "node:crypto";
import { InferenceError } from "../errors.ts";
import { RESAMPLER } from "./resize.ts";

/** Red, green, blue. */
export type Rgb = readonly [number, number, number];

/** How a picture of any shape becomes one of the model's shape. "stretch": each side to its length, aspect ignored. */
export interface Fit {
  readonly kind: "stretch";
  readonly width: number;
  readonly height: number;
}

/** From decoded pixels to a vision tower's input: fit, then (pixel · rescale − mean) / std for each channel. */
export interface ImagePreprocessing {
  readonly fit: Fit;
  readonly rescale: number;
  readonly mean: Rgb;
  readonly std: Rgb;
}

/** What transformers' BlipImageProcessor takes for the keys that a preprocessor_config.json lacks. */
const BLIP_DEFAULTS = {
  do_resize: true,
  size: { height: 384, width: 384 },
  /** Pillow's number for bicubic. */
  resample: 3,
  do_center_crop: false,
  do_rescale: true,
  rescale_factor: 1 / 255,
  do_normalize: true,
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
};

type Config = Readonly<Record<keyof typeof BLIP_DEFAULTS, unknown>>;

/**
 * Reads a parsed preprocessor_config.json, with BlipImageProcessor's defaults for what it lacks; `do_pad` and
 * `size_divisor` are relics that transformers ignores too.
 * Throws MODEL_UNAVAILABLE, naming the key, for a step that is not implemented and for a value that makes no sense.
 */
export function parsePreprocessing(json: unknown): ImagePreprocessing {
  const config = withDefaults(json);
  for (const key of ["do_resize", "resample", "do_center_crop"] as const) requireDefault(config, key);
  return {
    fit: { kind: "stretch", ...parseSize(config.size) },
    rescale: config.do_rescale === false ? 1 : parseFactor(config.rescale_factor),
    mean: config.do_normalize === false ? [0, 0, 0] : parseMean(config.image_mean),
    std: config.do_normalize === false ? [1, 1, 1] : parseStd(config.image_std),
  };
}

/** A short digest that names everything that decides the pixel values: equal names, equal values. */
export function fingerprint({ fit, rescale, mean, std }: ImagePreprocessing): string {
  const facts = [RESAMPLER, fit.kind, fit.width, fit.height, rescale, ...mean, ...std];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 16);
}

/** A null stands for an absent key. */
function withDefaults(json: unknown): Config {
  if (typeof json !== "object" || json === null) throw unsupported("the file", json, "an object");
  const stated = Object.entries(json).filter(([, value]) => value !== null);
  return { ...BLIP_DEFAULTS, ...Object.fromEntries(stated) };
}

function requireDefault(config: Config, key: "do_resize" | "resample" | "do_center_crop"): void {
  if (config[key] !== BLIP_DEFAULTS[key]) throw unsupported(key, config[key], String(BLIP_DEFAULTS[key]));
}

/** An integer (old files) is the side of a square. */
function parseSize(size: unknown): { readonly width: number; readonly height: number } {
  if (isSide(size)) return { width: size, height: size };
  const { width, height } = Object(size) as { width?: unknown; height?: unknown };
  if (isSide(width) && isSide(height)) return { width, height };
  throw unsupported("size", size, "{ height, width }, each 1 to 4096");
}

function parseFactor(factor: unknown): number {
  if (isNumber(factor) && factor > 0) return factor;
  throw unsupported("rescale_factor", factor, "a number above 0");
}

function parseMean(mean: unknown): Rgb {
  if (isRgb(mean)) return mean;
  throw unsupported("image_mean", mean, "three numbers");
}

function parseStd(std: unknown): Rgb {
  if (isRgb(std) && std.every((value) => value > 0)) return std;
  throw unsupported("image_std", std, "three numbers above 0");
}

function isRgb(values: unknown): values is Rgb {
  return Array.isArray(values) && values.length === 3 && values.every(isNumber);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isSide(value: unknown): value is number {
  return isNumber(value) && Number.isInteger(value) && value >= 1 && value <= 4096;
}

function unsupported(key: string, found: unknown, wanted: string): InferenceError {
  const value = JSON.stringify(found ?? null).slice(0, 200);
  return new InferenceError(
    "MODEL_UNAVAILABLE",
    `preprocessor_config.json: ${key} is ${value}; supported is ${wanted}.`,
  );
}
