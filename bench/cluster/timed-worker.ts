import { randomUUID } from "node:crypto";
import { connect } from "../../cluster/redis/connection.ts";
import { RedisBlobs } from "../../cluster/redis/redis-blobs.ts";
import { WorkerNode } from "../../cluster/worker/worker-node.ts";
import type { ChatTask } from "../../inference/index.ts";
import { TimedInference } from "./timed-inference.ts";

/** A worker of timed fakes: over Redis, where it is told a URL; else a child process that is told tasks and tells steps. */
const [url, msPerToken, deviceMs] = process.argv.slice(2) as [string, string, string];
const inference = new TimedInference({ msPerToken: Number(msPerToken), deviceMs: Number(deviceMs) });
if (url === "ipc") process.on("message", (task: ChatTask & { readonly id: number }) => void answer(task));
else work();

async function answer({ id, ...task }: ChatTask & { readonly id: number }): Promise<void> {
  await inference.submit(task, { onProgress: (progress) => process.send!({ id, progress }) });
  process.send!({ id, end: true });
}

function work(): void {
  const connections = connect(url, (problem) => console.error(problem));
  const blobs = new RedisBlobs(connections.commands, { keepMs: 60_000 });
  const quiet = { log: () => undefined, report: (cause: unknown) => String(cause) };
  new WorkerNode({ id: randomUUID(), inference, connections, blobs, slots: 64, ...quiet });
}
