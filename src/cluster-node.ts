import type { ApiNode } from "../cluster/node/api-node.ts";
import type { Connections } from "../cluster/redis/connection.ts";
import type { RedisBlobs } from "../cluster/redis/redis-blobs.ts";
import type { Budgets } from "./budgets/budgets.ts";
import type { Config } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import { reportTo } from "./chats.ts";
import type { Log } from "./log.ts";
import { maxRequestBytes, maxRequests } from "./worker-config.ts";

/** Longer than any request may take, and be taken up again. */
const PICTURES_KEEP_MS = 2 * 3_600_000;

export interface RedisPlace {
  readonly connections: Connections;
  /** Pictures on their way. */
  readonly pictures: RedisBlobs;
}

/** Connects to the Redis of a cluster. Its libraries are loaded only here. */
export async function openRedis(url: string, log: Log): Promise<RedisPlace> {
  const { connect } = await whereInstalled(() => import("../cluster/redis/connection.ts"));
  const { RedisBlobs } = await import("../cluster/redis/redis-blobs.ts");
  const connections = connect(url, (problem) => log.info(problem));
  return { connections, pictures: new RedisBlobs(connections.commands, { keepMs: PICTURES_KEEP_MS }) };
}

/** A server whose requests are answered by workers elsewhere, and whose quotas are those of all servers. */
export async function openNode(
  url: string,
  config: Config,
  log: Log,
): Promise<ApiNode & { readonly budgets: Budgets }> {
  const { connections, pictures } = await openRedis(url, log);
  const { openApiNode } = await import("../cluster/node/api-node.ts");
  const { Quotas } = await import("../cluster/redis/quotas.ts");
  const { SharedBudgets } = await import("./budgets/shared-budgets.ts");
  const budgets = new SharedBudgets(new Quotas(connections.commands), config);
  const node = openApiNode(connections, pictures, {
    timeoutMs: config.requestTimeoutMs,
    maxRequests,
    maxRequestBytes,
    graceMs: config.chatGraceMs,
    retentionMs: config.chatRetentionMs,
    chatTimeoutMs: config.chatTimeoutMs,
    maxChats: config.maxChats,
    report: reportTo(log),
  });
  return { ...node, budgets };
}

async function whereInstalled<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    if (!(cause instanceof Error) || !("code" in cause) || cause.code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new ConfigError("--redis needs the packages ioredis and bullmq: npm ci without --omit=optional brings them.");
  }
}
