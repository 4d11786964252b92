import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Xorshift } from "../random.ts";
import { type Machines, PASS_TIMEOUT_MS } from "./machines.ts";

/** What happens to machines. Each resolves when it is over, and whatever it ended is started again. */
export type FaultName = keyof typeof faults;

/** Longer than a worker's lease, so that others take over what it has. */
const STOPPED_MS = 3_000;
const CUT_MS = 4_000;
/** A worker has read its model by then. */
const LOADING_MS = 1_500;
const REDIS_STOPPED_MS = 5_000;
/** One that computes nothing so long is left alone. */
const HANGING_MS = 1_000;
const FULL_MS = 2_000;

export const faults = {
  "worker SIGKILL": (machines: Machines, random: Xorshift) =>
    machines.restartWorker(random.next() % machines.numWorkers, "SIGKILL"),
  "worker SIGSTOP for 3 s": async (machines: Machines, random: Xorshift) => {
    const worker = machines.worker(random.next() % machines.numWorkers);
    worker.kill("SIGSTOP");
    await delay(STOPPED_MS);
    worker.kill("SIGCONT");
  },
  "worker SIGKILL while it loads": async (machines: Machines, random: Xorshift) => {
    const i = random.next() % machines.numWorkers;
    await machines.restartWorker(i, "SIGKILL");
    await delay(random.next() % LOADING_MS);
    await machines.restartWorker(i, "SIGKILL");
  },
  // As the system does where memory runs out.
  "compute SIGKILL": (machines: Machines, random: Xorshift) => {
    signalComputing(machines, random.next() % machines.numWorkers, "SIGKILL");
    return Promise.resolve();
  },
  "compute SIGSTOP for 3 s": async (machines: Machines, random: Xorshift) => {
    const i = random.next() % machines.numWorkers;
    signalComputing(machines, i, "SIGSTOP");
    await delay(STOPPED_MS);
    signalComputing(machines, i, "SIGCONT");
  },
  // Until the watchdog finds it.
  "compute hangs in a pass": async (machines: Machines, random: Xorshift) => {
    await machines.hang(random.next() % machines.numWorkers, HANGING_MS);
    await delay(PASS_TIMEOUT_MS);
  },
  // None is given to it beyond what it has.
  "compute out of memory for 2 s": async (machines: Machines, random: Xorshift) => {
    const i = random.next() % machines.numWorkers;
    for (const pid of machines.computing(i)) limitMemory(pid, memoryOf(pid));
    await delay(FULL_MS);
    for (const pid of machines.computing(i)) limitMemory(pid, "unlimited");
  },
  "worker SIGTERM": (machines: Machines, random: Xorshift) =>
    machines.restartWorker(random.next() % machines.numWorkers, "SIGTERM"),
  "node SIGKILL": (machines: Machines, random: Xorshift) =>
    machines.restartNode(random.next() % machines.numNodes, "SIGKILL"),
  "node SIGTERM": (machines: Machines, random: Xorshift) =>
    machines.restartNode(random.next() % machines.numNodes, "SIGTERM"),
  "Redis SIGKILL": async ({ redis }: Machines) => {
    await redis.kill();
    await delay(300);
    await redis.start();
  },
  "Redis SIGSTOP for 5 s": async ({ redis }: Machines) => {
    process.kill(redis.pid, "SIGSTOP");
    await delay(REDIS_STOPPED_MS);
    process.kill(redis.pid, "SIGCONT");
  },
  "network cut for 4 s": async ({ network }: Machines) => {
    network?.cut();
    await delay(CUT_MS);
    network?.heal();
  },
} as const;

/** One that is gone already does not matter. */
function signalComputing(machines: Machines, i: number, signal: NodeJS.Signals): void {
  for (const pid of machines.computing(i)) {
    try {
      process.kill(pid, signal);
    } catch {
      continue;
    }
  }
}

/** Bytes of addresses that a process has; undefined where it is gone. */
function memoryOf(pid: number): number | undefined {
  try {
    // In pages of 4 KiB.
    return 4_096 * Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[0]);
  } catch {
    return undefined;
  }
}

/** Of addresses: what it asks for beyond is refused. */
function limitMemory(pid: number, bytes: number | "unlimited" | undefined): void {
  if (bytes !== undefined) spawnSync("prlimit", ["--pid", String(pid), `--as=${bytes}:unlimited`]);
}
