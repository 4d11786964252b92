import { readFileSync } from "node:fs";

/** What Linux counts a process's time in, a second: USER_HZ. */
const TICKS = 100;

/** Seconds that a process has computed for, all its threads together; undefined where there is no /proc. */
export function cpuSeconds(pid: number): number | undefined {
  if (process.platform !== "linux") return undefined;
  // Fields after the name, which is in parentheses: state is the third of all, utime the 14th, stime the 15th.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
