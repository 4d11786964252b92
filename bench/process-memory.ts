import { readdirSync, readFileSync } from "node:fs";

/** Memory of a process group, in bytes. */
export interface GroupMemory {
  /** What its processes hold that is no page of a file: summed. */
  readonly anonymous: number;
  /** Summed over its processes, the most that each ever had resident; pages of files count, though they can be dropped. */
  readonly peak: number;
}

/** What Linux says of a process group; undefined elsewhere. */
export function groupMemory(group: number): GroupMemory | undefined {
  if (process.platform !== "linux") return undefined;
  const statuses = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => groupOf(pid) === group)
    .map((pid) => readOrEmpty(`/proc/${pid}/status`));
  const sum = (field: string): number => statuses.reduce((total, status) => total + bytesOf(status, field), 0);
  return { anonymous: sum("RssAnon"), peak: sum("VmHWM") };
}

/** The fifth field; the second, a name in parentheses, may hold spaces. */
function groupOf(pid: string): number {
  const [, , group] = readOrEmpty(`/proc/${pid}/stat`).split(") ").at(-1)!.split(" ");
  return Number(group);
}

function bytesOf(status: string, field: string): number {
  return 1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0);
}

/** A process may have ended since it was listed. */
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
