import type { Entry } from "../entry.ts";
import type { RequestLog } from "../redis/request-log.ts";
import type { FollowedRequest } from "./followed-request.ts";
import type { Followers } from "./followers.ts";
import type { NodeOptions } from "./node-options.ts";

/** What it takes to end a request. */
export interface EndingParts {
  readonly log: RequestLog;
  readonly followers: Followers;
  readonly options: Pick<NodeOptions, "retentionMs">;
}

/** A worker's next entry may come in between, again and again; at a token in milliseconds not so often. */
const MAX_TRIES = 100;

/**
 * Ends a request from here, whoever has it: what its end says is made anew of all that was read, until nothing has come
 * in between. False where it has ended otherwise, or is not known any more. Rejects while Redis is away.
 */
export async function endRequest(
  { log, followers, options }: EndingParts,
  followed: FollowedRequest,
  end: () => Entry,
): Promise<boolean> {
  for (let i = 0; i < MAX_TRIES && !followed.isEnded; i++) {
    const { state } = await log.finish(followed.id, followed.next, end(), options.retentionMs);
    await followers.catchUp(followed);
    if (state !== "conflict") return state === "ok";
  }
  return false;
}
