import { setImmediate } from "node:timers/promises";
import { float32, type Tensor } from "../tensor.ts";
import { fitInSteps } from "./fitting.ts";
import { pixelValues } from "./pixel-values.ts";
import type { ImagePreprocessing } from "./preprocessing.ts";
import type { RgbPixels } from "./rgb-image.ts";

/**
 * What a vision tower sees of a picture, [3, height, width] each: the whole picture or its middle, then its tiles where
 * the model cuts it up. Takes about 5 ms for a web picture and 0.15 s for a phone's, and leaves the thread to others
 * every few milliseconds, for as long as `pause` takes.
 */
export async function viewsOf(
  image: RgbPixels,
  preprocessing: ImagePreprocessing,
  pause: () => Promise<unknown> = () => setImmediate(),
): Promise<readonly [Tensor, ...Tensor[]]> {
  const steps = fitInSteps(image, preprocessing.fit);
  let step = steps.next();
  while (step.done !== true) {
    await pause();
    step = steps.next();
  }
  const [first, ...others] = step.value;
  return [tensorOf(first, preprocessing), ...others.map((view) => tensorOf(view, preprocessing))];
}

function tensorOf(view: RgbPixels, preprocessing: ImagePreprocessing): Tensor {
  return float32([3, view.height, view.width], pixelValues(view, preprocessing));
}
