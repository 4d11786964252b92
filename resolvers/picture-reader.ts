import { InferenceError, type ImageSource } from "../inference/index.ts";
import { decodeBase64Picture } from "./base64.ts";
import type { FetchPicture } from "./fetch-picture.ts";

/** A file of a multipart request: what we need of the web's File. */
export interface Upload {
  readonly size: number;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** One of these, which the schema's @oneOf guarantees. */
export type ImageInput = {
  readonly id?: string | null;
  readonly url?: URL | null;
  readonly base64?: string | null;
  readonly upload?: Upload | null;
};

export interface PictureReaderOptions {
  /** The stored file of a picture of the gallery, by the global id that clients know. */
  readonly stored: (globalId: string) => Promise<ImageSource>;
  readonly fetchPicture: FetchPicture;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

type Known<K> = Map<K, Promise<ImageSource>>;

/** Reads the pictures of one document, an identical upload, URL, id or base64 only once. */
export class PictureReader {
  readonly #options: PictureReaderOptions;
  readonly #known = {
    id: new Map() as Known<string>,
    url: new Map() as Known<string>,
    base64: new Map() as Known<string>,
    upload: new Map() as Known<Upload>,
  };

  constructor(options: PictureReaderOptions) {
    this.#options = options;
  }

  /** A reader that reads on until another signal is aborted. */
  until(signal: AbortSignal): PictureReader {
    return new PictureReader({ ...this.#options, signal });
  }

  /** The picture, as inference takes it. */
  read({ id, url, base64, upload }: ImageInput): Promise<ImageSource> {
    const known = this.#known;
    if (id != null) return once(known.id, id, () => this.#options.stored(id));
    if (url) return once(known.url, url.href, () => this.#fetch(url));
    if (base64 != null) return once(known.base64, base64, () => this.#decode(base64));
    if (upload) return once(known.upload, upload, () => this.#upload(upload));
    throw new InferenceError("BAD_USER_INPUT", "An image needs one of id, url, base64 or upload.");
  }

  async #fetch(url: URL): Promise<ImageSource> {
    return nonEmpty(await this.#options.fetchPicture(url, this.#options.signal));
  }

  #decode(base64: string): ImageSource {
    return nonEmpty(decodeBase64Picture(base64, this.#options.maxBytes));
  }

  async #upload(upload: Upload): Promise<ImageSource> {
    const { maxBytes } = this.#options;
    if (upload.size <= maxBytes) return nonEmpty(new Uint8Array(await upload.arrayBuffer()));
    throw new InferenceError("IMAGE_TOO_LARGE", `The upload has ${upload.size} bytes; at most ${maxBytes} are taken.`);
  }
}

function once<K>(known: Known<K>, key: K, read: () => ImageSource | Promise<ImageSource>): Promise<ImageSource> {
  const before = known.get(key);
  if (before) return before;
  const reading = Promise.resolve().then(read);
  known.set(key, reading);
  return reading;
}

function nonEmpty(bytes: Uint8Array): ImageSource {
  if (bytes.length > 0) return { bytes };
  throw new InferenceError("IMAGE_UNREADABLE", "The picture has no bytes.");
}
