import { InferenceError, type Inference } from "../inference/index.ts";
import { cancelledBy, waitFor } from "./signal.ts";
import type { GalleryStore } from "./store.ts";
import type { Neighbour, VectorQuery, VectorSearch } from "./vector-search.ts";

/** The part of a store that this needs. */
type ChangeLog = Pick<GalleryStore, "latestChange" | "changesSince">;

/** Vectors that are sent at once: some 10 ms of reading, in which this process answers nobody else. */
const vectorsPerChunk = 2_048;
/** Each further round means that the worker was restarted, or the searcher's changes came after another's catch-up. */
const maxRounds = 8;

/**
 * Exact search over the worker's copies of the vector spaces, which follow the store's change log. A copy that lags (or
 * is empty, after a restart) says so; it is then brought up in chunks, once for all searches that wait for it.
 */
export class RemoteIndex implements VectorSearch {
  readonly #log: ChangeLog;
  readonly #inference: Inference;
  /** Aborted when the gallery closes. */
  readonly #closing: AbortSignal;
  readonly #tenant: string | undefined;
  readonly #catchUps = new Map<string, Promise<void>>();

  /** Without a tenant, the worker knows the spaces by their own names. */
  constructor(log: ChangeLog, inference: Inference, closing: AbortSignal, tenant?: string) {
    this.#log = log;
    this.#inference = inference;
    this.#closing = closing;
    this.#tenant = tenant;
  }

  async search({ space, query, k, signal }: VectorQuery): Promise<readonly Neighbour[]> {
    const at = await this.#log.latestChange(space);
    if (at === 0 || k === 0) return [];
    for (let round = 0; round < maxRounds; round++) {
      const task = {
        kind: "indexSearch",
        space: this.#copyOf(space),
        at,
        query: query.values,
        vectors: query.vectors,
        k,
      } as const;
      const found = await this.#inference.submit(task, cancelledBy(signal));
      if (!found.stale) return found.ids.map((row, i) => ({ row, similarity: found.similarities[i]! }));
      await waitFor(this.#catchUpOnce(space, { from: found.at, to: at }), signal);
    }
    throw new InferenceError("OVERLOADED", "the search index is being rebuilt; try again soon", {
      retryAfterMs: 2_000,
    });
  }

  /** Brings the worker's copy up before anybody searches. */
  async warm(space: string): Promise<void> {
    const at = await this.#log.latestChange(space);
    if (at > 0) await this.#catchUpOnce(space, { from: 0, to: at });
  }

  #catchUpOnce(space: string, range: { readonly from: number; readonly to: number }): Promise<void> {
    const running = this.#catchUps.get(space);
    if (running !== undefined) return running;
    const started = this.#catchUp(space, range).finally(() => this.#catchUps.delete(space));
    this.#catchUps.set(space, started);
    return started;
  }

  /** Goes on from where the worker says it is, which is 0 again if it is restarted meanwhile. */
  async #catchUp(space: string, { from, to }: { readonly from: number; readonly to: number }): Promise<void> {
    let at = from;
    for (let fruitless = 0; at < to;) {
      const changes = await this.#log.changesSince(space, at, vectorsPerChunk);
      const applied = await this.#inference.submit(
        { kind: "indexApply", space: this.#copyOf(space), ...changes },
        { signal: this.#closing },
      );
      fruitless = applied.at > at ? 0 : fruitless + 1;
      if (fruitless === maxRounds) throw new InferenceError("INTERNAL_SERVER_ERROR", `${space} stays at ${applied.at}`);
      at = applied.at;
    }
  }

  /** What the worker calls its copy of a space: those of tenants are never one, whatever models they share. */
  #copyOf(space: string): string {
    return this.#tenant === undefined ? space : `${this.#tenant}/${space}`;
  }
}
