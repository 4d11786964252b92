import type { Fit } from "./preprocessing.ts";
import {
  isWholeSize,
  parseMean,
  parsePinpoints,
  parseShortestEdge,
  parseSize,
  requireValue,
  unsupported,
  type ProcessorValues,
  type Rgb,
  type Size,
} from "./processor-values.ts";

/** One of transformers' image processors: what it takes for keys that a file lacks, and how it fits a picture. */
export interface Processor {
  readonly defaults: ProcessorValues;
  readonly fit: (values: ProcessorValues) => Fit;
}

const CLIP_COLOURS = {
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
};

const COMMON = {
  do_resize: true,
  /** Pillow's number for bicubic. */
  resample: 3,
  do_rescale: true,
  rescale_factor: 1 / 255,
  do_normalize: true,
};

const CLIP = {
  ...COMMON,
  ...CLIP_COLOURS,
  size: { shortest_edge: 224 },
  do_center_crop: true,
  crop_size: { height: 224, width: 224 },
};

/** By the names that preprocessor_config.json calls them. */
export const processors = {
  BlipImageProcessor: {
    defaults: { ...COMMON, ...CLIP_COLOURS, size: { height: 384, width: 384 }, do_center_crop: false },
    fit: stretch,
  },
  SiglipImageProcessor: {
    defaults: {
      ...COMMON,
      size: { height: 224, width: 224 },
      do_center_crop: false,
      image_mean: [0.5, 0.5, 0.5],
      image_std: [0.5, 0.5, 0.5],
    },
    fit: stretch,
  },
  CLIPImageProcessor: { defaults: CLIP, fit: crop },
  LlavaImageProcessor: { defaults: { ...CLIP, do_pad: false }, fit: crop },
  LlavaNextImageProcessor: {
    defaults: {
      ...CLIP,
      image_grid_pinpoints: [
        [336, 672],
        [672, 336],
        [672, 672],
        [1008, 336],
        [336, 1008],
      ],
    },
    fit: tiles,
  },
} as const satisfies Readonly<Record<string, Processor>>;

export type ProcessorName = keyof typeof processors;

/** `do_pad` and `size_divisor` are relics here, which transformers ignores too. */
function stretch(values: ProcessorValues): Fit {
  requireValue(values, "do_center_crop", false);
  return { kind: "stretch", ...parseSize("size", values.size) };
}

/** `do_pad` makes a square of the picture first, as the original LLaVA does, in the mean's colour: no side is lost then. */
function crop(values: ProcessorValues): Fit {
  const padding = values.do_pad === true ? { padding: levels(parseMean(values.image_mean)) } : {};
  if (isWholeSize(values.size)) return wholeSize(values, padding);
  const shortestEdge = parseShortestEdge(values.size);
  const part = values.do_pad === true && values.do_center_crop === false ? squareOf(shortestEdge) : cropSize(values);
  if (part.width > shortestEdge || part.height > shortestEdge) {
    throw unsupported("crop_size", values.crop_size, `at most size.shortest_edge, ${shortestEdge}`);
  }
  return { kind: "crop", shortestEdge, ...part, ...padding };
}

function cropSize(values: ProcessorValues): Size {
  requireValue(values, "do_center_crop", true);
  return parseSize("crop_size", values.crop_size);
}

/** A size that states both sides is stretched to; the crop must leave it as it is. */
function wholeSize(values: ProcessorValues, padding: { readonly padding?: Rgb }): Fit {
  const size = parseSize("size", values.size);
  const part = values.do_center_crop === false ? size : cropSize(values);
  if (!sameSize(part, size)) throw unsupported("crop_size", values.crop_size, "the same as size");
  if (padding.padding === undefined) return { kind: "stretch", ...size };
  if (size.width !== size.height) throw unsupported("size", values.size, "a square, with do_pad");
  return { kind: "crop", shortestEdge: size.width, ...size, ...padding };
}

function sameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}

function levels(mean: Rgb): Rgb {
  return mean.map((value) => Math.trunc(value * 255)) as [number, number, number];
}

function tiles(values: ProcessorValues): Fit {
  const size = isWholeSize(values.size) ? parseSize("size", values.size) : squareOf(parseShortestEdge(values.size));
  const part = values.do_center_crop === false ? size : parseSize("crop_size", values.crop_size);
  if (!sameSize(part, size) || size.width !== size.height) {
    throw unsupported("crop_size", values.crop_size, "a square of the same side as size");
  }
  const grids = parsePinpoints(values.image_grid_pinpoints);
  const uneven = grids.some(({ width, height }) => width % size.width !== 0 || height % size.height !== 0);
  if (uneven) throw unsupported("image_grid_pinpoints", values.image_grid_pinpoints, `multiples of ${size.width}`);
  return { kind: "tiles", ...size, grids };
}

function squareOf(side: number): Size {
  return { width: side, height: side };
}
