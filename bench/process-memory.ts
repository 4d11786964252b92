import { readdirSync, readFileSync } from "node:fs";

/** Memory of a process group, in bytes; what processes share is counted once, in parts (PSS). */
export interface GroupMemory {
  /** What is no page of a file: nobody but the processes' end gives it back. */
  readonly anonymous: number;
  /** Pages of files that are mapped, such as weights and libraries: they can be dropped and read again. */
  readonly files: number;
  /** Summed over its processes, the most that each ever had resident; what they share counts for each. */
  readonly peak: number;
}

/** What Linux says of a process group; undefined elsewhere. */
export function groupMemory(group: number): GroupMemory | undefined {
  const processes = processesOf(group);
  if (processes === undefined) return undefined;
  const sum = (file: string, fields: readonly string[]): number =>
    processes.reduce((total, pid) => total + bytesOf(readOrEmpty(`/proc/${pid}/${file}`), fields), 0);
  return {
    anonymous: sum("smaps_rollup", ["Pss_Anon"]),
    files: sum("smaps_rollup", ["Pss_File", "Pss_Shmem"]),
    peak: sum("status", ["VmHWM"]),
  };
}

/**
 * What of a process's memory is no page of a file; 0 for one that has ended. On Linux, which counts it as it goes: to ask
 * for it again and again is not in the way of the process, as a walk through its pages would be.
 */
export function anonymousBytes(pid: number): number {
  return bytesOf(readOrEmpty(`/proc/${pid}/status`), ["RssAnon"]);
}

/** The ids of a group's processes, its leader first; undefined where there is no /proc. */
export function processesOf(group: number): number[] | undefined {
  if (process.platform !== "linux") return undefined;
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => groupOf(pid) === group).map(Number);
}

/** The fifth field; the second, a name in parentheses, may hold spaces. */
function groupOf(pid: string): number {
  const [, , group] = readOrEmpty(`/proc/${pid}/stat`).split(") ").at(-1)!.split(" ");
  return Number(group);
}

/** The sum of these fields, which Linux gives in kB. */
function bytesOf(text: string, fields: readonly string[]): number {
  const kilobytes = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(text)?.[1] ?? 0);
  return 1024 * fields.reduce((sum, field) => sum + kilobytes(field), 0);
}

/** A process may have ended since it was listed. */
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
