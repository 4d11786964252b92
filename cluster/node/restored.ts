import { encode } from "../redis/wire.ts";
import type { RequestLog } from "../redis/request-log.ts";
import type { FollowedRequest } from "./followed-request.ts";

/** Other nodes may have read less of it, and be quicker. */
const MAX_TRIES = 5;

/**
 * Writes to a request's log what was read of it here and is not there any more: a Redis that dies loses what it had not yet
 * written to its disk. False where the log has gone on otherwise. Rejects while Redis is away.
 */
export async function restored(log: RequestLog, { id, entries }: FollowedRequest): Promise<boolean> {
  for (let i = 0; i < MAX_TRIES; i++) {
    const there = await log.tail(id, 0);
    const known = entries.slice(0, there?.next);
    if (there === undefined || !known.every((entry, at) => encode(entry) === encode(there.entries[at]!))) return false;
    if (there.next >= entries.length) return true;
    await log.restore(id, there.next, entries.slice(there.next));
  }
  return false;
}
