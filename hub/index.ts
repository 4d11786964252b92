/** The hub of checkpoints: what there is, what of it is on this machine, and how the rest comes here. */
export { askHub, checkpointBytes, type HubAnswer } from "./ask-hub.ts";
export { catalogue, diskBytes, repositoryOf, revisionOf, type CatalogueEntry } from "./catalogue.ts";
export { hubConfig, type HubConfig } from "./hub-config.ts";
export { HubError } from "./hub-error.ts";
export { gigabytes, pull, type PullProgress } from "./pull.ts";
export { parseReferences } from "./parse-references.ts";
export { referencesOf, type Reference, type ReferenceAnswer } from "./references.ts";
export { cachedCheckpoints, findSnapshot, type CachedCheckpoint } from "./snapshot.ts";
export { proxyAdvice } from "./request.ts";
export type { Wait } from "./retrying.ts";
