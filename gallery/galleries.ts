import type { Gallery } from "./gallery.ts";
import { LentGallery, type TenantGallery } from "./lent-gallery.ts";

export type { TenantGallery } from "./lent-gallery.ts";

export interface GalleriesOptions {
  /** Opens a tenant's gallery. */
  readonly open: (tenant: string) => Promise<Gallery>;
  /** Beyond, those that nobody uses are closed, the least recently used first. */
  readonly maxOpen: number;
  /** Called when all are closed. */
  readonly whenClosed?: (() => Promise<void>) | undefined;
}

/** A gallery that is open, or is being opened. */
interface Opened {
  readonly gallery: Promise<Gallery>;
  numUsing: number;
}

/** A gallery for each tenant, opened when something is first asked of it. */
export class Galleries {
  readonly #options: GalleriesOptions;
  /** By tenant, in order of use, the latest last. */
  readonly #opened = new Map<string, Opened>();
  readonly #closing = new Set<Promise<void>>();

  constructor(options: GalleriesOptions) {
    this.#options = options;
  }

  /** How many are open. */
  get size(): number {
    return this.#opened.size;
  }

  /** The tenant's gallery, and nobody else's; it stays open while it is at work. */
  of(tenant: string): TenantGallery {
    return new LentGallery((work) => this.#use(tenant, work));
  }

  /** Opens a tenant's gallery now; rejects where it cannot be. */
  open(tenant: string): Promise<void> {
    return this.#use(tenant, () => Promise.resolve());
  }

  /** Ends the background work of all, and closes them. */
  async close(): Promise<void> {
    for (const tenant of [...this.#opened.keys()]) this.#close(tenant);
    await Promise.all(this.#closing);
    await this.#options.whenClosed?.();
  }

  async #use<T>(tenant: string, work: (gallery: Gallery) => Promise<T>): Promise<T> {
    const opened = this.#opened.get(tenant) ?? this.#begin(tenant);
    this.#opened.delete(tenant);
    this.#opened.set(tenant, opened);
    opened.numUsing += 1;
    try {
      return await work(await opened.gallery);
    } finally {
      opened.numUsing -= 1;
      this.#makeRoom();
    }
  }

  /** One that cannot be opened is tried again for the next. */
  #begin(tenant: string): Opened {
    const opened: Opened = { gallery: this.#options.open(tenant), numUsing: 0 };
    opened.gallery.catch(() => {
      if (this.#opened.get(tenant) === opened) this.#opened.delete(tenant);
    });
    return opened;
  }

  #makeRoom(): void {
    for (const [tenant, { numUsing }] of this.#opened) {
      if (this.#opened.size <= this.#options.maxOpen) return;
      if (numUsing === 0) this.#close(tenant);
    }
  }

  #close(tenant: string): void {
    const { gallery } = this.#opened.get(tenant)!;
    this.#opened.delete(tenant);
    const closed = gallery
      .then((opened) => opened.close())
      .catch(() => undefined)
      .finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
  }
}
