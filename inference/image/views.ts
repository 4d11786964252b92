import { float32, type Tensor } from "../tensor.ts";
import { pixelValuesInTurns } from "./pixel-values.ts";
import type { ImagePreprocessing } from "./preprocessing.ts";
import type { RgbPixels } from "./rgb-image.ts";

/**
 * What a vision tower sees of a picture, [3, height, width] each. Leaves the thread to others every few milliseconds.
 */
export async function viewsOf(
  image: RgbPixels,
  preprocessing: ImagePreprocessing,
): Promise<readonly [Tensor, ...Tensor[]]> {
  const { width, height } = preprocessing.fit;
  return [float32([3, height, width], await pixelValuesInTurns(image, preprocessing))];
}
