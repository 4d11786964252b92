import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { asInferenceError, InferenceError } from "../errors.ts";
import { decodeImage } from "../image/decode.ts";
import { fingerprint, type ImagePreprocessing, pixelValues } from "../image/preprocess.ts";
import type { Picture } from "../models/model.ts";
import { FeatureCache } from "../scheduling/feature-cache.ts";
import { float32, type Tensor } from "../tensor.ts";
import type { ImageSource } from "../task.ts";

/** Pictures as the networks take them: decoded and preprocessed once while many ask, and kept for a while by content. */
export class Pictures {
  readonly #cache: FeatureCache;
  readonly #inFlight = new Map<string, Promise<Tensor>>();

  constructor(maxBytes: number) {
    this.#cache = new FeatureCache(maxBytes);
  }

  /** The picture's pixels [3, height, width]. IMAGE_UNREADABLE and IMAGE_TOO_LARGE say what is wrong with it. */
  async load(source: ImageSource, preprocessing: ImagePreprocessing): Promise<Picture> {
    const sha256 = "bytes" in source ? digest(source.bytes) : source.sha256;
    const key = `${sha256} ${fingerprint(preprocessing)}`;
    const known = this.#cache.get(key)?.["pixels"];
    if (known !== undefined) return { sha256, pixels: known };
    const pixels = await (this.#inFlight.get(key) ?? this.#start(key, source, preprocessing));
    return { sha256, pixels };
  }

  #start(key: string, source: ImageSource, preprocessing: ImagePreprocessing): Promise<Tensor> {
    const loading = preprocess(source, preprocessing)
      .then((pixels) => {
        this.#cache.set(key, { pixels });
        return pixels;
      })
      .finally(() => this.#inFlight.delete(key));
    this.#inFlight.set(key, loading);
    return loading;
  }
}

/** The encoded bytes of a picture. */
export async function readImage(source: ImageSource): Promise<Uint8Array> {
  if ("bytes" in source) return source.bytes;
  return readFile(source.file).catch((error: unknown) => {
    throw new InferenceError("NOT_FOUND", `The picture's file cannot be read: ${asInferenceError(error).message}`);
  });
}

async function preprocess(source: ImageSource, preprocessing: ImagePreprocessing): Promise<Tensor> {
  const image = await decodeImage(await readImage(source));
  return float32([3, preprocessing.height, preprocessing.width], pixelValues(image, preprocessing));
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
