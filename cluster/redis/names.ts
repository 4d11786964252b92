/** How everything of ours in Redis is called. */

export const PREFIX = "triptych";

/** The hash of a request. */
export function requestKey(id: string): string {
  return `${PREFIX}:request:${id}`;
}

/** The stream of what became of it. It is also the channel on which a bell rings for each new entry. */
export function logKey(id: string): string {
  return `${PREFIX}:log:${id}`;
}

/** Requests that have not ended, by their deadlines. */
export const openKey = `${PREFIX}:open`;

/** Rings with the id of a request that was ended by somebody else than who holds it. */
export const endedChannel = `${PREFIX}:ended`;

/** Rings with the name of a queue that has a new job. */
export const jobsChannel = `${PREFIX}:jobs-bell`;

/** The ids of all workers, of which some may be dead; and what one tells of itself as long as it lives. */
export const workersKey = `${PREFIX}:workers`;
export function workerKey(id: string): string {
  return `${PREFIX}:worker:${id}`;
}

/** Jobs for a model that any of its workers may take; without a model, for any worker at all. */
export function sharedQueue(model: string | undefined): string {
  return model === undefined ? "any" : `model ${encodeURIComponent(model)}`;
}

/** The same, for one worker. */
export function ownQueue(model: string | undefined, worker: string): string {
  return `${sharedQueue(model)} of ${worker}`;
}
