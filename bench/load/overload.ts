import { setTimeout as delay } from "node:timers/promises";
import { takeEventLoopDelay } from "../event-loop.ts";
import type { MeasureOptions } from "../measure.ts";
import type { ServedSubject } from "../subject.ts";
import { Anonymous } from "./anonymous.ts";
import type { LoadSection } from "./mark.ts";
import { machineMs } from "./machine-clock.ts";
import { type Overloaded, judgeOverload } from "./overload-marks.ts";
import type { Outcome, Pace } from "./paces.ts";
import { rate } from "./rate.ts";
import { underLoad, type Loaded } from "./served.ts";

export interface OverloadOptions {
  /** The server's --timeout. */
  readonly timeoutMs: number;
  /** Requests in flight that keep the device busy without a queue of note. */
  readonly clients: number;
  /** Of captions before: caches are full then, so that what they take, which is bounded, is not taken for growth. */
  readonly fillingMs: number;
  /** Of the windows in which capacity is counted. */
  readonly windowMs: number;
  readonly overloadMs: number;
}

const WINDOWS = 3;
const TIMES = 10;
const TOKENS = 16;
/** Until queue and batches have grown to what they are under overload: what is done and held is counted from then on. */
const RISING_MS = 10_000;
/** Within so long after it, all is to be as it was before. */
const RECOVERY_MS = 5_000;
const PATIENT = 4;

/** Ten times what the server can do, in captions of new pictures. */
export function measureOverload(
  subject: ServedSubject,
  options: MeasureOptions & OverloadOptions,
): Promise<LoadSection> {
  const served = { ...subject, flags: [...(subject.flags ?? []), "--timeout", String(options.timeoutMs)] };
  return underLoad(served, options, async (loaded) => {
    loaded.progress(`Overload: ${subject.title}, its capacity`);
    const usual = await crowd(loaded, "crowd", { kind: "closed", clients: options.clients }, 500);
    const before = await countCapacity(usual, options, options.fillingMs);
    const capacity = before.toSorted((a, b) => a - b)[1]!;
    loaded.progress(`Overload: ${TIMES} times ${capacity.toFixed(1)} captions a second`);
    const during = await overload(loaded, capacity, options);
    await delay(RECOVERY_MS - (machineMs() - during.endedAt));
    const after = await countCapacity(usual, options, 0);
    return judgeOverload(subject.title, options, { ...during, before, after });
  });
}

async function overload(
  loaded: Loaded,
  capacity: number,
  { overloadMs }: OverloadOptions,
): Promise<Omit<Overloaded, "before" | "after">> {
  const flood = await crowd(loaded, "crowd", { kind: "open", perSecond: TIMES * capacity }, 600);
  const patience = { kind: "patient", clients: PATIENT, patienceMs: overloadMs / 2 } as const;
  const patient = [await crowd(loaded, "patient", patience, 700), await crowd(loaded, "crowd", patience, 800)];
  const { graph, api } = loaded.target;
  const pids = { API: loaded.api, worker: loaded.worker };
  const idle = new Anonymous(pids);
  await takeEventLoopDelay(api, graph.signal);
  const crowds = [flood, ...patient];
  for (const each of crowds) each.begin();
  await delay(RISING_MS);
  const [begunAt, memory] = [machineMs(), new Anonymous(pids)];
  await loaded.counted(() => memory.watched(() => delay(overloadMs)));
  const endedAt = machineMs();
  const [sent, other, same] = await Promise.all(crowds.map((each) => each.end()));
  const eventLoop = await takeEventLoopDelay(api, graph.signal);
  return { begunAt, endedAt, sent: sent!, patient: { other: other!, same: same! }, eventLoop, idle, memory };
}

function crowd(loaded: Loaded, client: string, pace: Pace, seed: number): ReturnType<Loaded["gather"]> {
  return loaded.gather({ client, work: { kind: "caption", family: "BLIP", tokens: TOKENS }, pace, seed });
}

/** Captions a second in some windows, once queue and batches have grown to what they are. */
async function countCapacity(
  usual: Awaited<ReturnType<typeof crowd>>,
  { windowMs }: OverloadOptions,
  risingMs: number,
): Promise<readonly number[]> {
  const start = machineMs() + risingMs;
  usual.begin();
  await delay(risingMs + WINDOWS * windowMs);
  const outcomes: readonly Outcome[] = await usual.end();
  return Array.from({ length: WINDOWS }, (_, i) => rate(outcomes, start + i * windowMs, start + (i + 1) * windowMs));
}
