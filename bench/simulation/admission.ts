import { Backlog } from "../../inference/admission/backlog.ts";
import type { Asking, Place } from "../../inference/admission/line.ts";
import { Room } from "../../inference/admission/room.ts";
import type { Usage } from "../../inference/scheduling/request.ts";
import { type Arrival, type Kind, priorityOf, timeoutMs } from "./load.ts";

/** As the server has them by default: src/worker-config.ts, and --max-chats. No bytes of pictures are counted here. */
const [MAX_REQUESTS, MAX_CHATS] = [512, 64];

/** Who has come in to a device. */
export interface Admitted {
  readonly kind: Kind;
  readonly place: Place;
}

/** Who is let in to a device: the server's own room, and its count of chats. */
export class Admission {
  readonly #room = new Room({ maxRequests: MAX_REQUESTS, maxBytes: Infinity });
  #chats = 0;

  /** Lets a request in, unless there are too many, or it would wait longer than it may take. */
  enter(arrival: Arrival): Admitted | "refused" {
    const { kind } = arrival;
    const asking = askingOf(arrival);
    if (kind === "chat" && this.#chats >= MAX_CHATS) return "refused";
    if (this.#room.refuse(asking, arrival.atMs) !== undefined) return "refused";
    if (kind === "chat") this.#chats += 1;
    return { kind, place: this.#room.enter(asking, arrival.atMs) };
  }

  /** A chat has its first token. */
  began({ place }: Admitted): void {
    this.#room.began(place);
  }

  /** A request has ended; `usage`: what it took, if it was answered. */
  leave({ kind, place }: Admitted, usage: Usage | undefined, now: number): void {
    if (kind === "chat") this.#chats -= 1;
    this.#room.leave(place, usage === undefined ? "in vain" : { timing: timing(usage) }, now);
  }
}

/** Nobody comes again. */
function askingOf({ client, kind, atMs }: Arrival): Asking {
  const entry = { claimant: { client, priority: priorityOf[kind] }, sort: kind };
  const line = kind === "chat" ? "streams" : "answers";
  return { entry, line, bytes: 0, timeoutMs: timeoutMs[kind], likeness: `${client} ${kind} ${atMs}` };
}

/** What requests of each sort take, as those that were answered took it. */
export class Expectations {
  readonly #means = new Backlog();

  answered(sort: string, usage: Usage, now: number): void {
    this.#means.took(sort, timing(usage), now);
    if (usage.imageCacheHit) return;
    const { encodeMs, encodeBatch } = usage;
    this.#means.took(pictureOf(sort), timing({ ...usage, deviceMs: encodeMs / Math.max(1, encodeBatch) }), now);
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
