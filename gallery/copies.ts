import { availableParallelism } from "node:os";
import type { CopyKey } from "./copy-files.ts";
import { imageOf, type Parts, pictureWithId } from "./embed.ts";
import { RecentFailures } from "./recent-failures.ts";
import { SharedWork } from "./shared-work.ts";
import { Turns } from "./turns.ts";

/** Who wants a copy, and for how long. */
export interface Asker {
  readonly client: string;
  readonly signal?: AbortSignal | undefined;
}

/** Half the pictures that the worker decodes at once: whoever asks the models something does not wait for thumbnails. */
const running = Math.max(1, Math.floor(Math.min(4, availableParallelism()) / 2));
/** Browsers ask for a page of thumbnails at once, and for the next ones while somebody scrolls. */
const limits = { running, waiting: 1_024, waitingOfOne: 192 };

/** Smaller copies of pictures: made when somebody first wants one, once however many do, and kept. */
export class Copies {
  readonly #parts: Parts;
  readonly #report: (problem: string) => void;
  readonly #turns = new Turns(limits);
  readonly #failures = new RecentFailures();
  readonly #making = new Map<string, SharedWork<Uint8Array>>();

  constructor(parts: Parts, report: (problem: string) => void) {
    this.#parts = parts;
    this.#report = report;
  }

  /** A WebP file. NOT_FOUND without the picture; OVERLOADED where too many wait for others. */
  get(key: CopyKey, asker: Asker): Promise<Uint8Array> {
    const name = `${key.id} ${key.width}`;
    const known = this.#making.get(name);
    if (known !== undefined && !known.isGivenUp) return known.result(asker.signal);
    const failure = this.#failures.of(name);
    if (failure !== undefined) return Promise.reject(failure);
    const made = new SharedWork(async (stop) => {
      try {
        return (await this.#parts.store.copies.read(key)) ?? (await this.#make(key, asker.client, stop));
      } catch (error) {
        this.#failures.add(name, error);
        throw error;
      } finally {
        if (this.#making.get(name) === made) this.#making.delete(name);
      }
    });
    this.#making.set(name, made);
    return made.result(asker.signal);
  }

  async #make(key: CopyKey, client: string, signal: AbortSignal): Promise<Uint8Array> {
    const { store, inference } = this.#parts;
    const image = await imageOf(store, await pictureWithId(store, key.id));
    const { bytes } = await this.#turns.run(client, signal, () =>
      inference.submit({ kind: "shrink", image, side: key.width }, { signal, client }),
    );
    await this.#keep(key, bytes);
    return bytes;
  }

  /** What cannot be kept is made again for the next one. */
  async #keep(key: CopyKey, bytes: Uint8Array): Promise<void> {
    const { store } = this.#parts;
    try {
      await store.copies.write(key, bytes);
      const [picture] = await store.get([key.id]);
      // Removed meanwhile, when there was no copy yet to go with it.
      if (picture === undefined) store.copies.removeSync([key.id]);
    } catch (error) {
      this.#report(`a copy of a picture cannot be kept: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
