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
  openai: {
    flag: "openai",
    env: "OPENAI_URL",
    value: "url",
    fallback: "",
    text: "of a worker: an OpenAI-compatible server that chats about pictures, such as http://host:8000/v1; its key is in TRIPTYCH_OPENAI_KEY",
  },
  openaiModel: {
    flag: "openai-model",
    env: "OPENAI_MODEL",
    value: "name",
    fallback: "",
    text: "what that server calls its model; without it, the server must have one",
  },
  openaiName: {
    flag: "openai-name",
    env: "OPENAI_NAME",
    value: "name",
    fallback: "",
    text: "the name under which it is served; the server's own without it",
  },
} as const satisfies Record<string, Setting>;
