import { setTimeout as delay } from "node:timers/promises";
import type { Xorshift } from "../random.ts";
import type { Machines } from "./machines.ts";

/** What happens to machines. Each resolves when it is over, and whatever it ended is started again. */
export type FaultName = keyof typeof faults;

/** Longer than a worker's lease, so that others take over what it has. */
const STOPPED_MS = 3_000;
const CUT_MS = 4_000;
/** A worker has read its model by then. */
const LOADING_MS = 1_500;
const REDIS_STOPPED_MS = 5_000;

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
