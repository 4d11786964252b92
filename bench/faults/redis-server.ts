import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";

export interface RedisServer {
  readonly url: string;
  readonly pid: number;
  /** Kills it at once; what it was told is in its file. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A Redis of its own, in a folder of its own, which writes everything down as people's should. */
export async function startRedis(): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), "triptych-redis-"));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn(
      process.env.REDIS_SERVER ?? "redis-server",
      [
        "--port",
        String(port),
        "--bind",
        "*",
        "--protected-mode",
        "no",
        "--dir",
        folder,
        "--appendonly",
        "yes",
        "--save",
        "",
        "--loglevel",
        "warning",
      ],
      { stdio: "ignore" },
    );
    await answers(port);
  };
  const kill = async (): Promise<void> => {
    if (child === undefined) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
    child = undefined;
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    get pid() {
      return child!.pid!;
    },
    start,
    kill,
    stop: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answers(port: number): Promise<void> {
  const redis = new Redis({ port, retryStrategy: () => 25, maxRetriesPerRequest: null });
  redis.on("error", () => undefined);
  for (;;) {
    // While its file is read it is there, and busy.
    if ((await redis.ping().catch(() => "")) === "PONG") break;
    await delay(20);
  }
  redis.disconnect();
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
