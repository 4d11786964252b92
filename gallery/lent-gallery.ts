import type { Gallery } from "./gallery.ts";

/** What a gallery does for those who ask. */
export type TenantGallery = Pick<
  Gallery,
  "add" | "remove" | "getMany" | "page" | "pictureFile" | "copy" | "searchByText" | "searchByImage" | "rankTexts"
>;

/** Does something with a gallery, which is there until it is done. */
type Use = <T>(work: (gallery: Gallery) => Promise<T>) => Promise<T>;

/** A gallery that is open only while it is at work. */
export class LentGallery implements TenantGallery {
  readonly #use: Use;

  constructor(use: Use) {
    this.#use = use;
  }

  add(...args: Parameters<Gallery["add"]>): ReturnType<Gallery["add"]> {
    return this.#use((gallery) => gallery.add(...args));
  }

  remove(...args: Parameters<Gallery["remove"]>): ReturnType<Gallery["remove"]> {
    return this.#use((gallery) => gallery.remove(...args));
  }

  getMany(...args: Parameters<Gallery["getMany"]>): ReturnType<Gallery["getMany"]> {
    return this.#use((gallery) => gallery.getMany(...args));
  }

  page(...args: Parameters<Gallery["page"]>): ReturnType<Gallery["page"]> {
    return this.#use((gallery) => gallery.page(...args));
  }

  pictureFile(...args: Parameters<Gallery["pictureFile"]>): ReturnType<Gallery["pictureFile"]> {
    return this.#use((gallery) => gallery.pictureFile(...args));
  }

  copy(...args: Parameters<Gallery["copy"]>): ReturnType<Gallery["copy"]> {
    return this.#use((gallery) => gallery.copy(...args));
  }

  searchByText(...args: Parameters<Gallery["searchByText"]>): ReturnType<Gallery["searchByText"]> {
    return this.#use((gallery) => gallery.searchByText(...args));
  }

  searchByImage(...args: Parameters<Gallery["searchByImage"]>): ReturnType<Gallery["searchByImage"]> {
    return this.#use((gallery) => gallery.searchByImage(...args));
  }

  rankTexts(...args: Parameters<Gallery["rankTexts"]>): ReturnType<Gallery["rankTexts"]> {
    return this.#use((gallery) => gallery.rankTexts(...args));
  }
}
