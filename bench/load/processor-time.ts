import { readFileSync } from "node:fs";

/** Parts of the time of all cores, 0 to 1. */
export type Shares<Party extends string> = Readonly<Record<Party | "others" | "idle", number>>;

interface Ticks {
  readonly parties: ReadonlyMap<string, number>;
  readonly busy: number;
  readonly total: number;
}

/** Who had how much of the processors since it was asked last; on Linux. */
export class ProcessorTime<Party extends string> {
  readonly #parties: Readonly<Record<Party, readonly number[]>>;
  #before: Ticks;

  /** The processes of each party; what all others of the machine have is told too. */
  constructor(parties: Readonly<Record<Party, readonly number[]>>) {
    this.#parties = parties;
    this.#before = this.#read();
  }

  take(): Shares<Party> {
    const [before, now] = [this.#before, this.#read()];
    this.#before = now;
    const total = now.total - before.total;
    const had = [...now.parties].map(([party, ticks]) => [party, ticks - before.parties.get(party)!] as const);
    const busy = now.busy - before.busy;
    const others = had.reduce((rest, [, ticks]) => rest - ticks, busy);
    const shares = [...had, ["others", Math.max(0, others)], ["idle", total - busy]] as const;
    return Object.fromEntries(shares.map(([party, ticks]) => [party, ticks / total])) as Shares<Party>;
  }

  #read(): Ticks {
    const entries = Object.entries<readonly number[]>(this.#parties);
    const parties = new Map(entries.map(([party, pids]) => [party, pids.reduce((sum, pid) => sum + ticksOf(pid), 0)]));
    return { parties, ...machineTicks(readFileSync("/proc/stat", "utf8")) };
  }
}

/** Of /proc/stat: the first line's user, nice, system, idle, iowait, irq, softirq and steal. */
export function machineTicks(stat: string): { readonly busy: number; readonly total: number } {
  const fields = stat.slice(0, stat.indexOf("\n")).trim().split(/\s+/).slice(1, 9).map(Number);
  const total = fields.reduce((sum, ticks) => sum + ticks, 0);
  return { total, busy: total - fields[3]! - fields[4]! };
}

/** User and system time of a process with all its threads; 0 for one that has ended. */
function ticksOf(pid: number): number {
  try {
    return processTicks(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return 0;
  }
}

/** Of /proc/pid/stat: the 14th and 15th field; the second, a name in parentheses, may hold spaces. */
export function processTicks(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
