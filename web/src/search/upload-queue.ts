import type { TilePartsFragment } from "../graph/generated/graphql.ts";
import type { Problem } from "../graph/problem.ts";
import * as state from "./uploads.ts";
import type { NamedFile, UploadEnd, Uploads } from "./uploads.ts";

/** How sending a file has ended: with the gallery's picture, or not. */
export type Sent = { readonly image: TilePartsFragment } | { readonly problem: Problem };
/** Sends a file; returns how to stop. */
export type SendFile = (file: File, ended: (sent: Sent) => void) => () => void;

/** Sends files to the gallery, a few at once, while somebody may look on; it goes on whatever room is shown. */
export class UploadQueue {
  readonly #send: SendFile;
  readonly #watchers = new Set<() => void>();
  readonly #arrivals = new Set<(image: TilePartsFragment) => void>();
  readonly #stops = new Map<number, () => void>();
  #uploads: Uploads = state.noUploads;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: SendFile) {
    this.#send = send;
  }

  /** Tells of every change; returns how to stop that. */
  readonly watch = (changed: () => void): (() => void) => {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  };

  /** Tells of every picture that has arrived. */
  readonly onArrival = (arrived: (image: TilePartsFragment) => void): (() => void) => {
    this.#arrivals.add(arrived);
    return () => this.#arrivals.delete(arrived);
  };

  readonly uploads = (): Uploads => this.#uploads;

  add(files: readonly NamedFile[], skipped: readonly string[]): void {
    this.#become(state.added(this.#uploads, files, skipped));
  }

  readonly pause = (): void => this.#become(state.paused(this.#uploads));
  readonly goOn = (): void => this.#become(state.goneOn(this.#uploads));
  readonly retry = (): void => this.#become(state.retried(this.#uploads));

  readonly cancel = (): void => {
    for (const stop of this.#stops.values()) stop();
    this.#stops.clear();
    this.#become(state.cancelled(this.#uploads));
  };

  /** Forgets all, which must have ended. */
  readonly dismiss = (): void => {
    this.cancel();
    this.#become(state.noUploads);
  };

  #become(uploads: Uploads): void {
    this.#uploads = uploads;
    this.#advance();
    for (const changed of this.#watchers) changed();
  }

  #advance(): void {
    const starting = state.startable(this.#uploads, Date.now());
    this.#uploads = state.begun(
      this.#uploads,
      starting.map(({ id }) => id),
    );
    for (const { id, file } of starting)
      this.#stops.set(
        id,
        this.#send(file, (sent) => this.#ended(id, sent)),
      );
    clearTimeout(this.#timer);
    const heldMs = this.#uploads.heldUntil - Date.now();
    if (heldMs > 0) this.#timer = setTimeout(() => this.#become(this.#uploads), heldMs);
  }

  #ended(id: number, sent: Sent): void {
    this.#stops.delete(id);
    const end: UploadEnd = "image" in sent ? "done" : sent.problem;
    if ("image" in sent) for (const arrived of this.#arrivals) arrived(sent.image);
    this.#become(state.ended(this.#uploads, id, end, Date.now()));
  }
}
