import { spawnSync } from "node:child_process";

/** Whether tests can start a Redis of their own; where not, those that need one are skipped. */
export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;
if (!hasRedis) console.warn("Many machines are not tested: there is no redis-server here. See .ci/services.");
