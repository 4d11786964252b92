import type { Problem } from "../graph/problem.ts";
import type { Tile } from "./tile.ts";

export interface Page {
  readonly tiles: readonly Tile[];
  /** Where the next one begins; undefined after the last. */
  readonly next: string | undefined;
  /** Of all pages, where that is known. */
  readonly total?: number | undefined;
}

/** Asks for a page; returns how to stop. */
export type LoadPage = (after: string | undefined, told: (page: Page | Problem) => void) => () => void;

/** What has come of a list of pictures so far. */
export interface Listed {
  readonly tiles: readonly Tile[];
  readonly total: number | undefined;
  readonly state: "resting" | "loading" | "failed" | "complete";
  readonly problem?: Problem | undefined;
}

/** A list of pictures that comes page by page, as far as somebody scrolls. */
export class Listing {
  readonly #load: LoadPage;
  readonly #watchers = new Set<() => void>();
  #listed: Listed = { tiles: [], total: undefined, state: "resting" };
  #next: string | undefined;
  #stop: (() => void) | undefined;

  constructor(load: LoadPage) {
    this.#load = load;
  }

  /** Tells of every change; who stops watching last stops what is on its way. */
  readonly watch = (changed: () => void): (() => void) => {
    this.#watchers.add(changed);
    return () => {
      this.#watchers.delete(changed);
      if (this.#watchers.size === 0) this.#rest();
    };
  };

  readonly listed = (): Listed => this.#listed;

  /** The next page; also after a failure. */
  readonly more = (): void => {
    const { state } = this.#listed;
    if (state === "loading" || state === "complete") return;
    this.#become({ ...this.#listed, state: "loading", problem: undefined });
    this.#stop = this.#load(this.#next, (told) => this.#take(told));
  };

  remove(ids: ReadonlySet<string>): void {
    const tiles = this.#listed.tiles.filter(({ image }) => !ids.has(image.id));
    const numGone = this.#listed.tiles.length - tiles.length;
    if (numGone === 0) return;
    const { total } = this.#listed;
    this.#become({ ...this.#listed, tiles, total: total === undefined ? undefined : total - numGone });
  }

  /** Puts a new picture in front; one that is there already stays where it is. */
  prepend(tile: Tile): void {
    const { tiles, total } = this.#listed;
    if (tiles.some(({ image }) => image.id === tile.image.id)) return;
    this.#become({ ...this.#listed, tiles: [tile, ...tiles], total: total === undefined ? undefined : total + 1 });
  }

  #take(told: Page | Problem): void {
    this.#stop = undefined;
    if ("code" in told) return this.#become({ ...this.#listed, state: "failed", problem: told });
    this.#next = told.next;
    const known = new Set(this.#listed.tiles.map(({ image }) => image.id));
    this.#become({
      tiles: [...this.#listed.tiles, ...told.tiles.filter(({ image }) => !known.has(image.id))],
      total: told.total ?? this.#listed.total,
      state: told.next === undefined ? "complete" : "resting",
    });
  }

  #rest(): void {
    this.#stop?.();
    this.#stop = undefined;
    if (this.#listed.state === "loading") this.#become({ ...this.#listed, state: "resting" });
  }

  #become(listed: Listed): void {
    this.#listed = listed;
    for (const changed of this.#watchers) changed();
  }
}
