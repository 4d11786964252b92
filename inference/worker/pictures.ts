import { decodeImage } from "../image/decode.ts";
import { imageBytes, imageDigest } from "../image/image-source.ts";
import { pixelValuesInTurns } from "../image/pixel-values.ts";
import { fingerprint, type ImagePreprocessing } from "../image/preprocessing.ts";
import type { Picture } from "../models/model.ts";
import { FeatureCache } from "../scheduling/feature-cache.ts";
import { float32, type Tensor } from "../tensor.ts";
import type { ImageSource, InspectResult } from "../task.ts";
import { Gate } from "./gate.ts";

/** A decoded picture of 50 megapixels takes 150 MB. */
const MAX_DECODES = 4;

/** Pictures as the networks take them: decoded and preprocessed once while many ask, and kept for a while by content. */
export class Pictures {
  readonly #cache: FeatureCache;
  readonly #sizes = new WeakMap<Tensor, Size>();
  readonly #inFlight = new Map<string, Promise<Tensor>>();
  readonly #decodes = new Gate(MAX_DECODES);

  constructor(maxBytes: number) {
    this.#cache = new FeatureCache(maxBytes);
  }

  /** The picture as the model sees it. IMAGE_UNREADABLE and IMAGE_TOO_LARGE say what is wrong with it. */
  async load(source: ImageSource, preprocessing: ImagePreprocessing): Promise<Picture> {
    const sha256 = imageDigest(source);
    const key = `${sha256} ${fingerprint(preprocessing)}`;
    const pixels =
      this.#cache.get(key)?.pixels ?? (await (this.#inFlight.get(key) ?? this.#start(key, source, preprocessing)));
    return { sha256, ...this.#sizes.get(pixels)!, views: [pixels] };
  }

  /** Decodes the picture fully, and says what it is. */
  async inspect(source: ImageSource): Promise<InspectResult> {
    const { width, height, format } = await this.#decodes.run(async () => decodeImage(await imageBytes(source)));
    return { width, height, format };
  }

  #start(key: string, source: ImageSource, preprocessing: ImagePreprocessing): Promise<Tensor> {
    const loading = this.#decodes
      .run(() => preprocess(source, preprocessing))
      .then(({ pixels, size }) => {
        this.#sizes.set(pixels, size);
        this.#cache.set(key, { pixels });
        return pixels;
      })
      .finally(() => this.#inFlight.delete(key));
    this.#inFlight.set(key, loading);
    return loading;
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

async function preprocess(
  source: ImageSource,
  preprocessing: ImagePreprocessing,
): Promise<{ pixels: Tensor; size: Size }> {
  const image = await decodeImage(await imageBytes(source));
  const { width, height } = preprocessing.fit;
  const pixels = float32([3, height, width], await pixelValuesInTurns(image, preprocessing));
  return { pixels, size: { width: image.width, height: image.height } };
}
