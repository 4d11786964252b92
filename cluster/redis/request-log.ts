import type { Redis } from "ioredis";
import type { ModelInfo, Priority } from "../../inference/index.ts";
import { type Entry, isProgress, isTerminal } from "../entry.ts";
import { FunctionLibrary } from "./function-library.ts";
import { requestFunctions } from "./request-functions.ts";
import { endedChannel, logKey, openKey, requestKey } from "./names.ts";
import { decode, encode } from "./wire.ts";

/** A request as it is written down. */
export interface WrittenRequest {
  readonly id: string;
  readonly client: string;
  /** Equal for equal requests. */
  readonly fingerprint: string;
  readonly kind: "chat" | "task";
  /** It may take so long. */
  readonly timeoutMs: number;
  /** It can be read so long after its end. */
  readonly keepMs: number;
  /** A chat runs on for so long when nobody reads it. */
  readonly graceMs: number;
  /** Chats of all nodes; beyond, a new one is refused. */
  readonly maxChats: number;
  /** What its readers are to know of it. */
  readonly about: About;
  /** As `encode` made it; without bytes of pictures. */
  readonly task: string;
  readonly first?: Entry | undefined;
}

/** What whoever reads a request's log is told beside it. */
export interface About {
  /** The name of the model; absent where the task needs none. */
  readonly asks?: string | undefined;
  readonly priority: Priority;
  /** See Claimant. */
  readonly salt?: string | undefined;
  /** Of a chat: the model as it was when the request came. */
  readonly model?: ModelInfo | undefined;
}

export type Submitted =
  /** `inFlight`: requests of the client, with this one. */
  | { readonly state: "new"; readonly inFlight: number }
  | { readonly state: "known" }
  | { readonly state: "full"; readonly running: number };

/** A request as a run takes it over. */
export interface Taken {
  readonly state: "taken";
  /** The number of the next entry. */
  readonly next: number;
  /** Workers that died with it, or had no room for it, since it last came on. */
  readonly deaths: number;
  /** Until its deadline; zero or less beyond it. */
  readonly leftMs: number;
  readonly ageMs: number;
  /** Since somebody listened last, and how long that may be. */
  readonly unwatchedMs: number;
  readonly graceMs: number;
  readonly client: string;
  readonly about: About;
  readonly task: string;
}

/** Why a run may not write: another has it, it is over, its log has gone another way, or nobody knows of it. */
export type Lost = "fenced" | "ended" | "conflict" | "gone";

/** `unwatchedMs`: since somebody listened last. */
export type Stand = { readonly state: "ok"; readonly unwatchedMs: number } | { readonly state: Lost };

/** A request's log from some number on. */
export interface Tail {
  /** The number of the next entry; below what a reader has seen where Redis lost its end. */
  readonly next: number;
  readonly entries: readonly Entry[];
}

/** The same, with what is known of the request. */
export interface ReadLog extends Tail {
  readonly fingerprint: string;
  readonly about: About;
  readonly ageMs: number;
  /** Until its deadline; zero or less beyond it. */
  readonly leftMs: number;
  readonly isEnded: boolean;
}

/** A run of a request: only the latest may write. */
export interface Holding {
  readonly id: string;
  readonly holder: string;
}

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
