import type { Redis } from "ioredis";
import { FunctionLibrary } from "./function-library.ts";
import { PREFIX } from "./names.ts";
import { quotaFunctions } from "./quota-functions.ts";

/** An allowance that fills up steadily, a minute's worth at the most. */
export interface Allowed {
  /** Of what, such as "requests". */
  readonly kind: string;
  readonly client: string;
  readonly perMinute: number;
}

/** A place among the chats of all nodes. */
export interface ChatLimits {
  readonly client: string;
  /** Of the client's at once, and of all. */
  readonly maxOwn: number;
  readonly maxAll: number;
  /** The client's are no more than so many times what is free: the next one always finds a place. */
  readonly greed: number;
  /** Should whoever has it die, it is free again after so long, milliseconds. */
  readonly leaseMs: number;
}

/** What is counted for all nodes in their Redis. Everything rejects while that is away. */
export class Quotas {
  readonly #functions: FunctionLibrary;

  constructor(redis: Redis) {
    this.#functions = new FunctionLibrary(redis, quotaFunctions);
  }

  /** Takes an amount if it is there: resolves to 0; else to the milliseconds until it is, if nothing else is taken. */
  take(allowed: Allowed, amount: number): Promise<number> {
    return this.#functions.call("take", [keyOf(allowed)], [allowed.perMinute, amount]);
  }

  /** Takes an amount in any case; one below zero is given back. */
  async settle(allowed: Allowed, amount: number): Promise<void> {
    await this.#functions.call("settle", [keyOf(allowed)], [allowed.perMinute, amount]);
  }

  /** Takes the place, if there is one more. */
  async enter(place: string, { client, maxOwn, maxAll, greed, leaseMs }: ChatLimits): Promise<boolean> {
    const most = Number.isFinite(maxOwn) ? maxOwn : Number.MAX_SAFE_INTEGER;
    return (await this.#functions.call("enter", [chatsKey(client)], [place, most, maxAll, greed, leaseMs])) === 1;
  }

  async leave(place: string, { client }: Pick<ChatLimits, "client">): Promise<void> {
    await this.#functions.call("leave", [chatsKey(client)], [place]);
  }
}

function keyOf({ kind, client }: Allowed): string {
  return `${PREFIX}:quota:${kind}:${client}`;
}

function chatsKey(client: string): string {
  return `${PREFIX}:quota:chats-of:${client}`;
}
