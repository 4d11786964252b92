import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { InferenceError } from "../errors.ts";
import { decodeImage } from "../image/decode.ts";
import { imageBytes, imageDigest } from "../image/image-source.ts";
import { fingerprint, type ImagePreprocessing } from "../image/preprocessing.ts";
import type { RgbImage } from "../image/rgb-image.ts";
import { shrinkImage } from "../image/shrink.ts";
import { viewsOf } from "../image/views.ts";
import type { Picture } from "../models/model.ts";
import { byteSize } from "../tensor.ts";
import type { CacheView } from "../scheduler-view.ts";
import type { InspectResult, ShrinkResult } from "../result.ts";
import { saltedKey } from "../scheduling/salt.ts";
import type { ImageSource } from "../task.ts";
import { Gate } from "./gate.ts";
import { Kept } from "./kept.ts";
import { Places, type Waiter } from "./places.ts";

/** A decoded picture of 50 megapixels takes 150 MB. More than there are cores would only hold each other up. */
const MAX_DECODED = Math.min(4, availableParallelism());

export interface PicturesOptions {
  /** Half of them for decoded pictures, half for what the networks see of them. */
  readonly maxBytes: number;
  /** @default decodeImage */
  readonly decode?: (bytes: Uint8Array) => Promise<RgbImage>;
}

type Fitted = Omit<Picture, "sha256">;

/**
 * Pictures as the networks take them. Whoever asks, however many at once and for whatever models, a picture is decoded
 * once, and preprocessed once for each way of preprocessing; both are kept for a while by content.
 */
export class Pictures {
  readonly #decode: (bytes: Uint8Array) => Promise<RgbImage>;
  readonly #decoded: Kept<RgbImage>;
  readonly #fitted: Kept<Fitted>;
  /** Whoever has a place may hold a decoded picture that no cache counts. */
  readonly #places = new Places(MAX_DECODED);
  /** Of the pauses in which the thread does other work: were all pictures' at once, so would be their steps. */
  readonly #pauses = new Gate(1);
  /** Of pieces of work that nobody shares; each has a name of its own. */
  #numUnshared = 0;

  constructor({ maxBytes, decode = (bytes) => decodeImage(bytes) }: PicturesOptions) {
    this.#decode = decode;
    this.#decoded = new Kept(maxBytes / 2, ({ data }) => data.byteLength);
    this.#fitted = new Kept(maxBytes / 2, ({ views }) => views.reduce((sum, view) => sum + byteSize(view), 0));
  }

  /** What is kept of pictures, and how often it served. */
  get caches(): readonly CacheView[] {
    return [
      { name: "pictures", ...this.#decoded.counts },
      { name: "pixels", ...this.#fitted.counts },
    ];
  }

  /**
   * The picture as the model sees it. IMAGE_UNREADABLE and IMAGE_TOO_LARGE say what is wrong with it. Who leaves
   * (CANCELLED) takes it from nobody; what everybody has left is not begun.
   */
  async load(source: ImageSource, preprocessing: ImagePreprocessing, waiter: Waiter): Promise<Picture> {
    const sha256 = imageDigest(source);
    const key = saltedKey(`${sha256} ${fingerprint(preprocessing)}`, waiter.salt);
    this.#places.join(key, waiter);
    const make = (begin: () => void): Promise<Fitted> =>
      this.#places.run(key, waiter, () => {
        begin();
        return this.#fit(saltedKey(sha256, waiter.salt), source, preprocessing);
      });
    try {
      return { sha256, ...(await this.#fitted.get(key, make, waiter.signal)) };
    } catch (error) {
      const isGivenUp = error instanceof InferenceError && error.code === "CANCELLED" && !waiter.signal.aborted;
      if (!isGivenUp) throw error;
      // Those who waited had left just before this one came.
      return this.load(source, preprocessing, waiter);
    }
  }

  /** Decodes the picture fully, and says what it is. */
  async inspect(source: ImageSource, waiter: Waiter): Promise<InspectResult> {
    const key = saltedKey(imageDigest(source), waiter.salt);
    const read = (): Promise<RgbImage> => this.#read(key, source);
    const { width, height, format } = await this.#places.run(this.#unshared(), waiter, read);
    return { width, height, format };
  }

  /** A copy to look at. Its pixels are decoded no larger than need be, and not kept. */
  async shrink(source: ImageSource, side: number, waiter: Waiter): Promise<ShrinkResult> {
    const make = async (): Promise<Uint8Array> => shrinkImage(await imageBytes(source), side);
    return { bytes: await this.#places.run(this.#unshared(), waiter, make) };
  }

  #unshared(): string {
    return `unshared ${this.#numUnshared++}`;
  }

  /** To be called from a place. */
  async #fit(key: string, source: ImageSource, preprocessing: ImagePreprocessing): Promise<Fitted> {
    const image = await this.#read(key, source);
    const { width, height } = image;
    const pause = (): Promise<unknown> => this.#pauses.run(() => setImmediate());
    return { width, height, views: await viewsOf(image, preprocessing, pause) };
  }

  /** To be called from a place. */
  #read(key: string, source: ImageSource): Promise<RgbImage> {
    return this.#decoded.get(key, async () => this.#decode(await imageBytes(source)));
  }
}
