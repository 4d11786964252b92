import { Redis, type RedisOptions } from "ioredis";

/** A command that is not answered by then fails: whoever asks for something new is told within a second. */
export const COMMAND_TIMEOUT_MS = 700;
const MAX_RECONNECT_MS = 250;

export interface Connections {
  /** Answers at once or fails: for what people wait for. */
  readonly commands: Redis;
  /** Hears channels. */
  readonly bells: Redis;
  /** Another one, that waits for Redis as long as it takes: for workers and queues. */
  patient(): Redis;
  close(): void;
}

/** Connects to one Redis 7 or Valkey. */
export function connect(url: string, report: (problem: string) => void): Connections {
  const opened: Redis[] = [];
  const open = (options: Options): Redis => {
    const redis = new Redis(url, { ...usual, ...options });
    redis.on("error", onceUntil(redis, report));
    opened.push(redis);
    return redis;
  };
  const commands = open({ commandTimeout: COMMAND_TIMEOUT_MS, maxRetriesPerRequest: 0, enableAutoPipelining: true });
  const bells = open({ maxRetriesPerRequest: null });
  return {
    commands,
    bells,
    patient: () => open({ maxRetriesPerRequest: null }),
    close: () => opened.forEach((redis) => redis.disconnect()),
  };
}

type Options = Omit<RedisOptions, "replyMapping">;

const usual: Options = {
  retryStrategy: (attempt) => Math.min(MAX_RECONNECT_MS, 25 * attempt),
  connectTimeout: 2_000,
  keepAlive: 5_000,
};

/** Of an outage that goes on, one line is enough. */
function onceUntil(redis: Redis, report: (problem: string) => void): (error: Error) => void {
  let isTold = false;
  redis.on("ready", () => (isTold = false));
  return (error) => {
    if (!isTold) report(`Redis: ${reasonOf(error)}`);
    isTold = true;
  };
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
