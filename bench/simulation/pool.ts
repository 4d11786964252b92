import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Scenario } from "./simulate.ts";
import type { Summary } from "./summary.ts";

/** Simulates on all cores, in processes of their own; tells of each that is done. What comes out is the same on one core. */
export async function simulateAll(
  scenarios: readonly Scenario[],
  done: (scenario: Scenario, summary: Summary) => void,
): Promise<void> {
  // The longest first, so that none is left alone at the end.
  const waiting = [...scenarios].sort((a, b) => effort(b) - effort(a));
  const processes = Math.min(availableParallelism(), waiting.length);
  await Promise.all(Array.from({ length: processes }, () => serve(waiting, done)));
}

async function serve(waiting: Scenario[], done: (scenario: Scenario, summary: Summary) => void): Promise<void> {
  const child = fork(join(import.meta.dirname, "pool-process.ts"));
  try {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) done(next, await ask(child, next));
  } finally {
    child.kill();
  }
}

async function ask(child: ChildProcess, scenario: Scenario): Promise<Summary> {
  const ended = new AbortController();
  const death = once(child, "exit", { signal: ended.signal }).then(([code]) => {
    throw new Error(`A simulating process ended (${String(code)}).`);
  });
  death.catch(() => undefined);
  child.send(scenario);
  const [summary] = (await Promise.race([once(child, "message"), death])) as [Summary];
  ended.abort();
  return summary;
}

/** About how much there is to do: a GPU's passes are shorter, so there are more of them. */
function effort({ kind, devices, warmUpMs, windowMs, load }: Scenario): number {
  const passes = devices * (kind === "cpu" ? 0.05 : 1);
  return (warmUpMs + windowMs) * (passes + load.perSecond / 400);
}
