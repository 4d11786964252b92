import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { startRedis } from "../../bench/faults/redis-server.ts";
import { root } from "../../bench/server-process.ts";
import { openNode } from "../cluster/support.ts";
import { type Carried, models } from "./carried.ts";
import { usual } from "./usual.ts";

/** Many machines: two servers and two workers over one Redis, the workers as npm run worker starts them. */
export async function overRedis(): Promise<Carried> {
  const redis = await startRedis();
  const workers = [0, 1].map(() => startWorker(redis.url));
  const options = { ...usual, maxRequests: 512, maxRequestBytes: 2 ** 28 };
  const [node, other] = [openNode(redis.url, options), openNode(redis.url, options)];
  await node.inference.ready();
  const kill = async (i: number): Promise<void> => {
    const gone = once(workers[i]!, "exit");
    workers[i]!.kill("SIGKILL");
    await gone;
  };
  return {
    ...{ inference: node.inference, generations: node.generations, elsewhere: other.generations },
    killWorkers: async () => {
      await Promise.all([kill(0), kill(1)]);
      for (const i of [0, 1]) workers[i] = startWorker(redis.url);
    },
    close: async () => {
      await Promise.all([node.close(), other.close()]);
      await Promise.all([kill(0), kill(1)]);
      await redis.stop();
    },
  };
}

function startWorker(url: string): ChildProcess {
  const args = ["build/src/worker-main.js", "--redis", url, "--models", models.join(",")];
  return spawn(process.execPath, args, { cwd: root, stdio: "ignore" });
}
