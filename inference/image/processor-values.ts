import { InferenceError } from "../errors.ts";

/** The values of a preprocessor_config.json, each checked where it is read. A null stands for an absent key. */
export type ProcessorValues = Readonly<Record<string, unknown>>;

/** Red, green, blue. */
export type Rgb = readonly [number, number, number];

/** Sides in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

const MAX_SIDE = 4096;

/** What the file says, and a processor's defaults for what it does not. Throws MODEL_UNAVAILABLE where it is no object. */
export function withDefaults(json: unknown, defaults: ProcessorValues): ProcessorValues {
  if (typeof json !== "object" || json === null) throw unsupported("the file", json, "an object");
  const stated = Object.entries(json).filter(([, value]) => value !== null);
  return { ...defaults, ...Object.fromEntries(stated) };
}

/** Throws where a step is set otherwise than it is implemented. */
export function requireValue(values: ProcessorValues, key: string, wanted: unknown): void {
  if (values[key] !== wanted) throw unsupported(key, values[key], String(wanted));
}

/** An integer (old files) is the side of a square. */
export function parseSize(key: string, size: unknown): Size {
  if (isSide(size)) return { width: size, height: size };
  const { width, height } = Object(size) as { width?: unknown; height?: unknown };
  if (isSide(width) && isSide(height)) return { width, height };
  throw unsupported(key, size, `{ height, width }, each 1 to ${MAX_SIDE}`);
}

/** What the shorter side of a picture is scaled to: { shortest_edge }, or in old files an integer. */
export function parseShortestEdge(size: unknown): number {
  const { shortest_edge: edge = size } = Object(size) as { shortest_edge?: unknown };
  if (isSide(edge)) return edge;
  throw unsupported("size", size, `{ shortest_edge }, 1 to ${MAX_SIDE}`);
}

/** Whether a size states both sides. */
export function isWholeSize(size: unknown): boolean {
  return typeof size === "object" && size !== null && "height" in size && "width" in size;
}

export function parseFactor(factor: unknown): number {
  if (isNumber(factor) && factor > 0) return factor;
  throw unsupported("rescale_factor", factor, "a number above 0");
}

export function parseMean(mean: unknown): Rgb {
  if (isRgb(mean)) return mean;
  throw unsupported("image_mean", mean, "three numbers");
}

export function parseStd(std: unknown): Rgb {
  if (isRgb(std) && std.every((value) => value > 0)) return std;
  throw unsupported("image_std", std, "three numbers above 0");
}

/** [height, width] pairs, as image_grid_pinpoints has them. */
export function parsePinpoints(pairs: unknown): readonly Size[] {
  const wanted = "pairs [height, width], at most 64";
  if (!Array.isArray(pairs) || pairs.length === 0 || pairs.length > 64) {
    throw unsupported("image_grid_pinpoints", pairs, wanted);
  }
  return pairs.map((pair: unknown) => {
    const [height, width] = Array.isArray(pair) && pair.length === 2 ? (pair as unknown[]) : [];
    if (isSide(height) && isSide(width)) return { height, width };
    throw unsupported("image_grid_pinpoints", pairs, wanted);
  });
}

export function unsupported(key: string, found: unknown, wanted: string): InferenceError {
  const value = JSON.stringify(found ?? null).slice(0, 200);
  return new InferenceError(
    "MODEL_UNAVAILABLE",
    `preprocessor_config.json: ${key} is ${value}; supported is ${wanted}.`,
  );
}

function isRgb(values: unknown): values is Rgb {
  return Array.isArray(values) && values.length === 3 && values.every(isNumber);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isSide(value: unknown): value is number {
  return isNumber(value) && Number.isInteger(value) && value >= 1 && value <= MAX_SIDE;
}
