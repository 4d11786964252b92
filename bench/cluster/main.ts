import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { type ApiNode, openApiNode } from "../../cluster/node/api-node.ts";
import { connect } from "../../cluster/redis/connection.ts";
import { RedisBlobs } from "../../cluster/redis/redis-blobs.ts";
import type { ChatProgress, ChatTask } from "../../inference/index.ts";
import { chainedModel } from "../faults/chained-inference.ts";
import { startRedis } from "../faults/redis-server.ts";
import { machine } from "../machine.ts";
import { quantile } from "../statistics.ts";
import { sharedNow } from "./timed-inference.ts";

const STREAMS = 32;
const TOKENS = 200;
const MS_PER_TOKEN = 20;
const DEVICE_MS = 20;
const CLIENTS = 32;
const MEASURED_MS = 8_000;

/** npm run bench:cluster: what Redis between servers and workers costs, by workers of timed fakes. */
async function main(): Promise<void> {
  console.log(machine());
  const redis = await startRedis();
  const workers = [startWorker(redis.url)];
  const node = openNode(redis.url);
  try {
    await node.inference.ready();
    const [ipc, shared] = [await overIpc(), await overRedis(node)];
    for (const [name, ms] of [
      ["IPC", ipc],
      ["Redis", shared],
    ] as const) {
      const of = (q: number): string => `${quantile(ms, q).toFixed(2)} ms`;
      console.log(`a token event over ${name}, ${STREAMS} streams: p50 ${of(0.5)}, p99 ${of(0.99)}`);
    }
    const one = await perSecond(node);
    workers.push(startWorker(redis.url));
    await seesTwo(node);
    const two = await perSecond(node);
    console.log(
      `requests a second of one fake device, ${DEVICE_MS} ms each: ${one.toFixed(1)}; of two: ${two.toFixed(1)}`,
    );
    console.log(`two workers do ${(two / one).toFixed(2)} × what one does`);
  } finally {
    for (const worker of workers) worker.kill("SIGKILL");
    await node.close();
    await redis.stop();
  }
}

function startWorker(url: string): ChildProcess {
  const args = [url, String(MS_PER_TOKEN), String(DEVICE_MS)];
  return fork(join(import.meta.dirname, "timed-worker.ts"), args, {
    execArgv: ["--import", "tsx"],
    serialization: "advanced",
  });
}

function openNode(url: string): ApiNode {
  const connections = connect(url, (problem) => console.error(problem));
  return openApiNode(connections, new RedisBlobs(connections.commands, { keepMs: 60_000 }), {
    ...{ timeoutMs: 60_000, maxRequests: 10_000, maxRequestBytes: 2 ** 26, graceMs: 10_000, retentionMs: 60_000 },
    ...{ chatTimeoutMs: 60_000, maxChats: 1_000, report: String },
  });
}

const task: ChatTask = {
  kind: "chat",
  model: chainedModel.name,
  messages: [{ role: "USER", text: "?", images: [] }],
  options: { maxTokens: TOKENS },
};

/** From when a token was made until it was heard of here, milliseconds. */
async function overIpc(): Promise<number[]> {
  const worker = startWorker("ipc");
  const ages: number[] = [];
  let ended = 0;
  const done = new Promise<void>((resolve) =>
    worker.on("message", (message) => {
      const { progress, end } = message as { readonly progress?: ChatProgress; readonly end?: true };
      if (progress?.type === "delta") ages.push(sharedNow() - Number(progress.text));
      if (end && ++ended === STREAMS) resolve();
    }),
  );
  for (let id = 0; id < STREAMS; id++) worker.send({ ...task, id });
  await done;
  worker.kill("SIGKILL");
  return ages;
}

async function overRedis({ generations }: ApiNode): Promise<number[]> {
  const ages: number[] = [];
  const stream = async (): Promise<void> => {
    const id = randomUUID();
    const fingerprint = Promise.resolve(id);
    const request = { id, model: chainedModel, client: id, fingerprint, prepare: () => Promise.resolve(task) };
    const reader = await generations.open({ id, after: -1, fingerprint: () => fingerprint, begin: () => request });
    for await (const event of reader) {
      if (event.type !== "delta") continue;
      const heardAt = sharedNow();
      for (const stamp of event.delta.trim().split(" ")) ages.push(heardAt - Number(stamp));
    }
  };
  await Promise.all(Array.from({ length: STREAMS }, stream));
  return ages;
}

async function perSecond({ inference }: ApiNode): Promise<number> {
  const until = performance.now() + MEASURED_MS;
  let answered = 0;
  const client = async (_: unknown, i: number): Promise<void> => {
    while (performance.now() < until) {
      // Each of its own, so that they are spread over workers.
      await inference.submit({ kind: "inspect", image: { bytes: Buffer.from(randomUUID()) } }, { client: `${i}` });
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return (answered / MEASURED_MS) * 1000;
}

async function seesTwo({ inference }: ApiNode): Promise<void> {
  // Workers tell of themselves a few times a second, once they have started.
  for (let i = 0; i < 100; i++) {
    const { devices } = await inference.scheduler();
    if (devices.length >= 2) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the second worker has not come");
}

await main();
process.exit(0);
