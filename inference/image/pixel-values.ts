import { setImmediate } from "node:timers/promises";
import type { ImagePreprocessing } from "./preprocessing.ts";
import { resizeInSteps } from "./resize.ts";
import type { RgbPixels } from "./rgb-image.ts";

/**
 * A vision tower's input, [3, height, width], bit-equal to transformers' PIL path (image_transforms.py: rescale in
 * float64 rounded to float32, then float32 subtraction and division). Blocks for about 5 ms for a web picture and
 * 0.15 s for a phone's; see pixelValuesInTurns.
 */
export function pixelValues(image: RgbPixels, preprocessing: ImagePreprocessing): Float32Array {
  const steps = fitInSteps(image, preprocessing);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return normalise(step.value, preprocessing);
}

/** The same values, leaving the thread to others every few milliseconds. */
export async function pixelValuesInTurns(image: RgbPixels, preprocessing: ImagePreprocessing): Promise<Float32Array> {
  const steps = fitInSteps(image, preprocessing);
  let step = steps.next();
  while (step.done !== true) {
    await setImmediate();
    step = steps.next();
  }
  return normalise(step.value, preprocessing);
}

function fitInSteps(image: RgbPixels, { fit }: ImagePreprocessing): Generator<void, RgbPixels> {
  return resizeInSteps(image, fit.width, fit.height);
}

function normalise(image: RgbPixels, preprocessing: ImagePreprocessing): Float32Array {
  const plane = image.width * image.height;
  const values = new Float32Array(3 * plane);
  for (const channel of [0, 1, 2] as const) {
    const level = levels(preprocessing, channel);
    const target = values.subarray(channel * plane, (channel + 1) * plane);
    for (let pixel = 0, from = channel; pixel < plane; pixel++, from += 3) target[pixel] = level[image.data[from]!]!;
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
