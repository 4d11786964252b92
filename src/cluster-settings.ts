import type { Setting } from "./settings.ts";

/** Settings of who shares work with other machines. */
export const clusterSettings = {
  redis: {
    flag: "redis",
    env: "REDIS_URL",
    value: "url",
    fallback: "",
    text: "Redis 7 or Valkey over which workers elsewhere answer, such as redis://host:6379; this server computes nothing then",
  },
  jobs: {
    flag: "jobs",
    env: "WORKER_JOBS",
    value: "number",
    fallback: "32",
    text: "of a worker (npm run worker): requests that it takes at once; more wait for whoever has room first",
  },
} as const satisfies Record<string, Setting>;
