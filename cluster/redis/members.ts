import type { Redis } from "ioredis";
import type { Member } from "../member.ts";
import { workerKey, workersKey } from "./names.ts";
import { decode, encode } from "./wire.ts";

/** A worker that has not told of itself for so long counts as dead. */
export const LEASE_MS = 1_500;

/** Tells that a worker is there, and how it is. */
export async function tell(redis: Redis, member: Member): Promise<void> {
  await redis.multi().sadd(workersKey, member.id).set(workerKey(member.id), encode(member), "PX", LEASE_MS).exec();
}

/** A worker leaves, and has nothing left behind. */
export async function leave(redis: Redis, id: string): Promise<void> {
  await redis.multi().srem(workersKey, id).del(workerKey(id)).exec();
}

export interface Roll {
  /** Those that live, by their ids' order. */
  readonly alive: readonly Member[];
  /** Ids of those that died and may have left jobs behind. */
  readonly dead: readonly string[];
}

/** Who is there. */
export async function callRoll(redis: Redis): Promise<Roll> {
  const ids = (await redis.smembers(workersKey)).sort();
  const told = ids.length === 0 ? [] : await redis.mget(ids.map(workerKey));
  return {
    alive: told.flatMap((text) => (text === null ? [] : [decode(text) as Member])),
    dead: ids.filter((_, i) => told[i] === null),
  };
}
