import { Backlog, type BacklogEntry } from "../../inference/backlog.ts";
import type { Usage } from "../../inference/scheduling/request.ts";
import type { Kind } from "./load.ts";

/** As the server has them by default: src/worker-config.ts, and --max-chats. */
const [MAX_REQUESTS, MAX_CHATS] = [512, 64];

/** A request as the backlog counts it: it is of the sort that its kind is. */
export interface AdmissionEntry extends BacklogEntry {
  readonly sort: Kind;
}

/** Who is let in to a device: the rules of inference/outstanding.ts over the real backlog, without its timers. */
export class Admission {
  readonly #backlog = new Backlog();
  #requests = 0;
  #chats = 0;

  /** Lets a request in, unless there are too many, or it would wait longer than it may take. */
  enter(entry: AdmissionEntry, timeoutMs: number): "in" | "refused" {
    if (this.#isFull(entry) || this.#backlog.waitMs(entry) > timeoutMs) return "refused";
    this.#backlog.add(entry);
    this.#add(entry, 1);
    return "in";
  }

  /** A request has ended; `usage`: what it took, if it was answered. */
  leave(entry: AdmissionEntry, usage: Usage | undefined): void {
    this.#backlog.remove(entry);
    this.#add(entry, -1);
    if (usage !== undefined) this.#backlog.took(entry.sort, timing(usage));
  }

  #isFull({ sort }: AdmissionEntry): boolean {
    return this.#requests >= MAX_REQUESTS || (sort === "chat" && this.#chats >= MAX_CHATS);
  }

  #add({ sort }: AdmissionEntry, count: 1 | -1): void {
    this.#requests += count;
    if (sort === "chat") this.#chats += count;
  }
}

/** What requests of each sort take, as those that were answered took it. */
export class Expectations {
  readonly #means = new Backlog();

  answered(sort: string, usage: Usage): void {
    this.#means.took(sort, timing(usage));
    if (usage.imageCacheHit) return;
    const { encodeMs, encodeBatch } = usage;
    this.#means.took(pictureOf(sort), timing({ ...usage, deviceMs: encodeMs / Math.max(1, encodeBatch) }));
  }

  /** Of the device, milliseconds; and of that what a picture takes that is new to it. */
  of(sort: string): { readonly ms: number; readonly pictureMs: number } {
    const ms = this.#means.expectedMs(sort);
    return { ms, pictureMs: Math.min(ms, this.#means.expectedMs(pictureOf(sort))) };
  }
}

function pictureOf(sort: string): string {
  return `${sort}: picture`;
}

function timing(usage: Usage): Parameters<Backlog["took"]>[1] {
  const { encodeMs, decodeMs, encodeBatch, decodeBatch, deviceMs, imageCacheHit } = usage;
  const onDevice = { encodeMs, decodeMs, encodeBatch, decodeBatch, deviceMs, imageCacheHit };
  return { ...onDevice, totalMs: 0, queueMs: 0, preprocessMs: 0 };
}
