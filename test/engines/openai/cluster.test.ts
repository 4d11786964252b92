import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ApiNode } from "../../../cluster/node/api-node.ts";
import type { WorkerNode } from "../../../cluster/worker/worker-node.ts";
import { JoinedInference } from "../../../engines/joined-inference.ts";
import type { AskedGeneration, GenerationReader } from "../../../inference/index.ts";
import { ChainedInference, chainedModel, chainOf } from "../../../bench/faults/chained-inference.ts";
import { type RedisServer, startRedis } from "../../../bench/faults/redis-server.ts";
import { asked, drain, openNode, openWorker } from "../../cluster/support.ts";
import { type LlamaServer, llamaServer, startLlamaServer } from "./llama-server.ts";
import { startStalling } from "./stalling-proxy.ts";
import { closeAll, openEngine, startServer, until } from "./support.ts";
import { hasRedis } from "../../support/redis.ts";

/** As test/cluster/support.ts asks for it. */
const { name } = chainedModel;

let redis: RedisServer;
beforeAll(async () => void (redis = await startRedis()));
afterAll(() => redis.stop());

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
  await closeAll();
});

async function node(): Promise<ApiNode> {
  const made = openNode(redis.url);
  opened.push(made);
  await made.inference.ready();
  return made;
}

async function worker(url: string): Promise<WorkerNode> {
  const { engine } = await openEngine(url, { name });
  const made = openWorker(redis.url, engine);
  opened.push(made);
  return made;
}

/** A worker in a process of its own. */
function startProcess(url: string): ChildProcess {
  const args = ["--import", "tsx", join(import.meta.dirname, "worker-process.ts"), redis.url, url];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  opened.push({ close: () => Promise.resolve(void child.kill("SIGKILL")) });
  return child;
}

/** Until so many events have come. */
async function read(reader: GenerationReader, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await reader.next();
}

describe.skipIf(!hasRedis)("workers that ask other servers", () => {
  it("say what the server says, wherever it is asked for", async () => {
    const server = await startServer({ msPerToken: 5 });
    await worker(server.url);
    const { generations, inference } = await node();
    const events = await drain(await generations.open(asked("a")));
    expect(events.at(-1)).toMatchObject({ type: "completed", text: chainOf("a", 20), completionTokens: 20 });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i));
    expect(inference.models()).toMatchObject([{ name, state: "READY", device: "elsewhere" }]);
    const load = async () => (await inference.scheduler()).devices[0]?.models[0];
    await until(async () => (await load())?.decodedTokens === 20);
    expect(await load()).toMatchObject({ model: name, generations: 1, running: 0 });
  });

  it("stop the server when a chat is ended", async () => {
    const server = await startServer({ msPerToken: 20 });
    await worker(server.url);
    const { generations } = await node();
    const reader = await generations.open(asked("b", { maxTokens: 500 }));
    await read(reader, 6);
    expect(server.numRunning).toBe(1);
    expect(await generations.cancel("b")).toBe(true);
    await until(() => server.numRunning === 0, 1_000);
    const end = (await drain(reader)).at(-1)!;
    expect(end).toMatchObject({ type: "completed", finishReason: "CANCELLED" });
    expect(chainOf("b", 500).startsWith(end.text)).toBe(true);
  });

  it("go on where another that died has been, and repeat nothing", async () => {
    const servers = [await startServer({ msPerToken: 20 }), await startServer({ msPerToken: 1 })] as const;
    const first = startProcess(servers[0].url);
    const { generations } = await node();
    const reader = await generations.open(asked("c", { maxTokens: 200 }));
    await read(reader, 10);
    await worker(servers[1].url);
    first.kill("SIGKILL");
    const events = await drain(reader);
    expect(events.at(-1)).toMatchObject({ type: "completed", text: chainOf("c", 200), completionTokens: 200 });
    expect(servers[1].asked[0]!.messages.at(-1)!.role).toBe("assistant");
    await until(() => servers.every(({ numRunning }) => numRunning === 0));
  }, 30_000);

  it("read pictures by an engine of their own, which is one of several", async () => {
    const server = await startServer();
    const { engine } = await openEngine(server.url, { name: "elsewhere" });
    const own = new ChainedInference();
    opened.push(openWorker(redis.url, new JoinedInference([own, engine])));
    const { inference } = await node();
    const inspected = await inference.submit({ kind: "inspect", image: { bytes: new Uint8Array([1]) } });
    expect(inspected).toEqual({ width: 3, height: 2, format: "png" });
    expect(inference.models()).toMatchObject([{ name }, { name: "elsewhere" }]);
    const messages = [{ role: "USER", text: "d", images: [] }] as const;
    const chat = await inference.submit({ kind: "chat", model: "elsewhere", messages, options: { maxTokens: 5 } });
    expect([chat.tokens, own.numChats, server.asked.length]).toEqual([5, 0, 1]);
    // Its own and the engine; those that died before are told of a little longer.
    await until(async () => (await inference.scheduler()).devices.length === 2);
  });
});

describe.skipIf(llamaServer === undefined || !hasRedis)("workers that ask real llama-servers", () => {
  const servers: LlamaServer[] = [];
  beforeAll(async () => {
    for (let i = 0; i < 2; i++) servers.push(await startLlamaServer());
  }, 120_000);
  afterAll(async () => {
    for (const server of servers) await server.kill();
  });

  it("say the same whether one of them dies or not", async () => {
    const healthy = await worker(servers[0]!.url);
    const { generations } = await node();
    const question = await aboutPicture();
    const undisturbed = await drain(await generations.open(question("e")));
    const whole = undisturbed.at(-1)!.text;
    expect(whole).toMatch(/ on a pink background$/);
    await healthy.close();
    const stalling = await startStalling(servers[0]!.url, 4);
    opened.push(stalling);
    const first = startProcess(stalling.url);
    const reader = await generations.open(question("f"));
    // It is queued, it has begun, it says something, and will say no more than three words.
    await read(reader, 3);
    await worker(servers[1]!.url);
    first.kill("SIGKILL");
    const events = await drain(reader);
    expect(events.at(-1)).toMatchObject({ type: "completed", text: whole });
    await until(async () => (await servers[0]!.busySlots()) === 0);
  }, 60_000);
});

/** Asks for a description of a picture, under any id. */
async function aboutPicture(): Promise<(id: string) => AskedGeneration> {
  const bytes = await readFile(join(import.meta.dirname, "../../../examples/a-boat-a-gift-and-a-donut.png"));
  const messages = [{ role: "USER", text: "Describe the picture.", images: [{ bytes }] }] as const;
  return (id) => {
    const { begin, ...rest } = asked(id);
    const request = begin!();
    const task = { kind: "chat", model: name, messages, options: { maxTokens: 24 } } as const;
    return { ...rest, begin: () => ({ ...request, prepare: () => Promise.resolve(task) }) };
  };
}
