import type { Redis } from "ioredis";
import { type Entry, isProgress, isTerminal } from "../entry.ts";
import { FunctionLibrary } from "./function-library.ts";
import { requestFunctions } from "./request-functions.ts";
import type {
  About,
  Holding,
  Lost,
  ReadLog,
  Stand,
  Submitted,
  Tail,
  Taken,
  WrittenRequest,
} from "./request-records.ts";
import { endedChannel, logKey, openKey, requestKey } from "./names.ts";
import { decode, encode } from "./wire.ts";

/** Requests and their logs in Redis. Everything rejects with what the client library says while Redis is away. */
export class RequestLog {
  readonly #redis: Redis;
  readonly #functions: FunctionLibrary;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#functions = new FunctionLibrary(redis, requestFunctions);
  }

  /** Writes a request down, unless there is one with its id. */
  async submit(request: WrittenRequest): Promise<Submitted> {
    const { id, client, fingerprint, kind, timeoutMs, keepMs, graceMs, maxChats, about, task, first } = request;
    const entry = first === undefined ? "" : encode(first);
    const given = [id, client, fingerprint, kind, timeoutMs, keepMs, graceMs, maxChats, encode(about), task, entry];
    const [state, count] = await this.#functions.call<[string, number]>("submit", [requestKey(id), logKey(id)], given);
    if (state === "KNOWN") return { state: "known" };
    return state === "FULL" ? { state: "full", running: count } : { state: "new", inFlight: count };
  }

  /** Takes a request over from whoever had it. */
  async take({ id, holder }: Holding): Promise<Taken | { readonly state: "gone" | "ended" }> {
    type Reply = [string, number, number, number, number, number, number, string, string, string];
    const [state, next, deaths, leftMs, ageMs, unwatchedMs, graceMs, client, about, task] =
      await this.#functions.call<Reply>("take", [requestKey(id)], [holder]);
    if (state !== "TAKEN") return { state: state === "ENDED" ? "ended" : "gone" };
    return {
      state: "taken",
      next,
      deaths,
      leftMs,
      ageMs,
      unwatchedMs,
      graceMs,
      client,
      about: decode(about) as About,
      task,
    };
  }

  /** Writes the entry with number `at`. The same again is the same once: an answer may be lost on the way. */
  async append({ id, holder }: Holding, at: number, entry: Entry, keepMs: number): Promise<Stand> {
    const end = isTerminal(entry) ? keepMs : "";
    const given = [holder, at, encode(entry), isProgress(entry) ? 1 : 0, end, logKey(id)];
    return standOf(await this.#functions.call("append", [requestKey(id), logKey(id)], given));
  }

  /** Ends a request with entry `at`, whoever holds it. */
  async finish(id: string, at: number, entry: Entry, keepMs: number): Promise<Stand> {
    const given = [at, encode(entry), keepMs, logKey(id), endedChannel];
    return standOf(await this.#functions.call("finish", [requestKey(id), logKey(id)], given));
  }

  /** Writes entries from number `at` on, where a log ends that had them: Redis has lost what it had not yet on its disk. */
  async restore(id: string, at: number, entries: readonly Entry[]): Promise<Stand> {
    const given = [at, logKey(id), ...entries.map(encode)];
    return standOf(await this.#functions.call("restore", [requestKey(id), logKey(id)], given));
  }

  /** Whether a run may still write. */
  async stand({ id, holder }: Holding): Promise<Stand> {
    return standOf(await this.#functions.call("stand", [requestKey(id)], [holder]));
  }

  /** Whether another worker has the request, and lives. */
  async isHeldElsewhere(id: string, worker: string): Promise<boolean> {
    return (await this.#functions.call<[string]>("held", [requestKey(id)], [worker]))[0] === "OK";
  }

  /** Gives a request back; one that failed here, though its worker lives, counts as if that had died. */
  async release({ id, holder }: Holding, { hasFailed }: { readonly hasFailed: boolean }): Promise<Stand> {
    return standOf(await this.#functions.call("release", [requestKey(id)], [holder, hasFailed ? 1 : 0]));
  }

  /** Tells that somebody listens to these. */
  async listen(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#functions.call("listen", ids.map(requestKey), []);
  }

  /** The entries from `from` on, and what is known of the request; undefined where there is none. */
  async read(id: string, from: number): Promise<ReadLog | undefined> {
    const fields = ["fingerprint", "about", "createdAt", "deadline", "next", "ended"] as const;
    const [[, known], [, found], [, time]] = (await this.#redis
      .multi()
      .hmget(requestKey(id), ...fields)
      .xrange(logKey(id), `${from + 1}-0`, "+")
      .time()
      .exec()) as [[null, (string | null)[]], [null, StreamEntry[]], [null, [string, string]]];
    const [fingerprint, about, createdAt, deadline, next, ended] = known;
    if (fingerprint == null) return undefined;
    const now = Number(time[0]) * 1000 + Math.floor(Number(time[1]) / 1000);
    return {
      fingerprint,
      about: decode(about!) as About,
      ageMs: now - Number(createdAt),
      leftMs: Number(deadline) - now,
      next: Number(next),
      isEnded: ended === "1",
      entries: found.map(([, [, , , entry]]) => decode(entry) as Entry),
    };
  }

  /** The entries from `from` on alone: what is read again and again of a stream. */
  async tail(id: string, from: number): Promise<Tail | undefined> {
    type Reply = ["GONE"] | ["OK", number, string[]];
    const reply = await this.#functions.call<Reply>("tail", [requestKey(id), logKey(id)], [from]);
    if (reply[0] === "GONE") return undefined;
    const [, next, entries] = reply;
    return { next, entries: entries.map((entry) => decode(entry) as Entry) };
  }

  /** Ids of requests that have not ended, those with the soonest deadlines first. */
  open(): Promise<string[]> {
    return this.#redis.zrange(openKey, "0", "-1");
  }

  /** One of these is not known any more. */
  async forget(id: string): Promise<void> {
    await this.#redis.zrem(openKey, id);
  }
}

/** Its id, and the names and values of its fields in a row. */
type StreamEntry = [string, [string, string, string, string]];

function standOf([state, value]: [string, number]): Stand {
  return state === "OK" ? { state: "ok", unwatchedMs: value } : { state: state.toLowerCase() as Lost };
}
