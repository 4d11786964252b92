import type { ImagePreprocessing } from "./preprocessing.ts";
import type { RgbPixels } from "./rgb-image.ts";

/**
 * A view's pixels as a vision tower takes them, [3, height, width], bit-equal to transformers' PIL path
 * (image_transforms.py: rescale in float64 rounded to float32, then float32 subtraction and division).
 */
export function pixelValues(view: RgbPixels, preprocessing: ImagePreprocessing): Float32Array {
  const plane = view.width * view.height;
  const values = new Float32Array(3 * plane);
  for (const channel of [0, 1, 2] as const) {
    const level = levels(preprocessing, channel);
    const target = values.subarray(channel * plane, (channel + 1) * plane);
    for (let pixel = 0, from = channel; pixel < plane; pixel++, from += 3) target[pixel] = level[view.data[from]!]!;
  }
  return values;
}

/** The value of each of the 256 levels of a channel. Float64 steps rounded to float32 are float32 arithmetic. */
function levels({ rescale, mean, std }: ImagePreprocessing, channel: 0 | 1 | 2): Float32Array {
  return Float32Array.from({ length: 256 }, (_, level) => {
    const centred = Math.fround(Math.fround(level * rescale) - Math.fround(mean[channel]));
    return centred / Math.fround(std[channel]);
  });
}
