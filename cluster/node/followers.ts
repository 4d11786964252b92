import { setTimeout as delay } from "node:timers/promises";
import type { Redis } from "ioredis";
import { InferenceError } from "../../inference/index.ts";
import { COMMAND_TIMEOUT_MS } from "../redis/connection.ts";
import { logKey } from "../redis/names.ts";
import { redisAway } from "../redis/redis-error.ts";
import { encode } from "../redis/wire.ts";
import type { RequestLog } from "../redis/request-log.ts";
import type { Tail } from "../redis/request-records.ts";
import { FollowedRequest } from "./followed-request.ts";
import { restored } from "./restored.ts";

/** A bell may be lost: what was not heard of for so long is looked at. */
const LOOK_MS = 1_000;
/** What has ended, or nobody reads any more, is kept for so long: who leaves may come back. */
const LINGER_MS = 5_000;

interface Following {
  readonly opening: Promise<FollowedRequest | undefined>;
  followed: FollowedRequest | undefined;
  reading: Promise<void> | undefined;
  /** Whether a bell rang while it was read. */
  isStale: boolean;
  heardAt: number;
}

/**
 * The requests that this node follows: it reads their logs when bells ring for them, and now and then by itself. Who
 * listens is told to Redis, so that whichever worker has a chat knows that somebody does.
 */
export class Followers {
  readonly #log: RequestLog;
  readonly #bells: Redis;
  readonly #following = new Map<string, Following>();
  readonly #timer: NodeJS.Timeout;

  constructor({ log, bells }: { readonly log: RequestLog; readonly bells: Redis }) {
    this.#log = log;
    this.#bells = bells;
    bells.on("message", (channel: string) => this.#rang(channel));
    bells.on("ready", () => this.#lookAtAll(0));
    this.#timer = setInterval(() => this.#lookAtAll(LOOK_MS), LOOK_MS / 2);
    this.#timer.unref();
  }

  /** Those whose readers are here. */
  get all(): readonly FollowedRequest[] {
    return [...this.#following.values()].flatMap(({ followed }) => followed ?? []);
  }

  /** The request, as far as it has come; undefined where there is none. Rejects while Redis is away. */
  follow(id: string): Promise<FollowedRequest | undefined> {
    const known = this.#following.get(logKey(id));
    if (known !== undefined) return known.opening;
    const following: Following = {
      opening: this.#open(id),
      followed: undefined,
      reading: undefined,
      isStale: false,
      heardAt: performance.now(),
    };
    this.#following.set(logKey(id), following);
    following.opening.then(
      (followed) => {
        if (followed === undefined) return this.#forget(id);
        following.followed = followed;
        if (following.isStale) this.#look(following, followed);
      },
      () => this.#forget(id),
    );
    return following.opening;
  }

  /** The same as its log has it now: what is followed here may be behind. */
  async current(id: string): Promise<FollowedRequest | undefined> {
    // Whoever asks listens from now on, however long a busy node takes to tell them anything.
    void this.#listen([id]);
    const isKnown = this.#following.has(logKey(id));
    const followed = await this.follow(id);
    if (isKnown && followed !== undefined && !followed.isEnded) await this.catchUp(followed);
    return followed;
  }

  /** Whether it is followed here. */
  isFollowed(id: string): boolean {
    return this.#following.get(logKey(id))?.followed !== undefined;
  }

  /** Reads what is new in the log at once. */
  async catchUp(followed: FollowedRequest): Promise<void> {
    // The latest one that is known is read again: it must be the same.
    const read = (): Promise<Tail | undefined> => this.#log.tail(followed.id, Math.max(0, followed.next - 1));
    const tail = await read();
    const isShort = tail !== undefined && tail.next < followed.next && !followed.isEnded;
    this.#take(followed, isShort && (await restored(this.#log, followed)) ? await read() : tail);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #open(id: string): Promise<FollowedRequest | undefined> {
    // It is heard again by itself once Redis is back, but nobody waits for that.
    await within(COMMAND_TIMEOUT_MS, this.#bells.subscribe(logKey(id)));
    const read = await this.#log.read(id, 0);
    if (read === undefined) return undefined;
    const followed = new FollowedRequest({ ...read, id, onLeft: () => void this.#listen([id]) });
    followed.apply(read.entries);
    return followed;
  }

  #rang(channel: string): void {
    const following = this.#following.get(channel);
    if (following === undefined) return;
    if (following.followed === undefined) following.isStale = true;
    else this.#look(following, following.followed);
  }

  /** One reading at a time: a bell meanwhile has it read once more. */
  #look(following: Following, followed: FollowedRequest): void {
    following.isStale = following.reading !== undefined;
    following.reading ??= this.catchUp(followed)
      // While Redis is away there is nothing to read: it is looked again as soon as it is back.
      .catch(() => undefined)
      .then(() => {
        following.heardAt = performance.now();
        following.reading = undefined;
        if (following.isStale) this.#look(following, followed);
      });
  }

  #take(followed: FollowedRequest, read: Tail | undefined): void {
    if (followed.isEnded) return;
    if (read === undefined || !goesOn(followed, read)) return followed.cut(lost(followed));
    // Another reading may have been quicker.
    followed.apply(read.entries.slice(read.entries.length - (read.next - followed.next)));
  }

  #lookAtAll(unheardMs: number): void {
    const now = performance.now();
    void this.#listen(this.all.filter(({ numReaders }) => numReaders > 0).map(({ id }) => id));
    for (const following of this.#following.values()) {
      const { followed, heardAt } = following;
      if (followed === undefined || now - heardAt < unheardMs) continue;
      if (!followed.isEnded) this.#look(following, followed);
      else if (now - heardAt > LINGER_MS) this.#forget(followed.id);
    }
  }

  /** Should Redis be away, nobody is cancelled meanwhile either. */
  async #listen(ids: readonly string[]): Promise<void> {
    await this.#log.listen(ids).catch(() => undefined);
  }

  #forget(id: string): void {
    if (this.#following.delete(logKey(id))) void this.#bells.unsubscribe(logKey(id)).catch(() => undefined);
  }
}

/** Whether the log has what was read of it, and perhaps more. */
function goesOn({ next, entries }: FollowedRequest, read: Tail): boolean {
  if (read.next < next) return false;
  const there = read.entries.at(next - 1 - read.next);
  const latest = entries.at(-1);
  return latest === undefined || there === undefined || encode(there) === encode(latest);
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = delay(ms, undefined, { signal: timer.signal }).then(() => Promise.reject(redisAway()));
  try {
    return await Promise.race([answer, late]);
  } finally {
    timer.abort();
    late.catch(() => undefined);
  }
}

/** What was written down is gone: Redis was emptied, or lost its last second with its machine. */
function lost({ lastSeq }: FollowedRequest): InferenceError {
  const message =
    `The server's Redis has lost this generation, or its end: what you have, up to event ${lastSeq}, is all that there is. ` +
    "Ask again under a new id.";
  return new InferenceError("GENERATION_EXPIRED", message);
}
