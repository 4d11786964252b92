import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** A process of this machine. */
export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly command: string;
}

/** The processes that run now; those that ended and were not collected yet do not. */
export function listProcesses(): readonly RunningProcess[] {
  return existsSync("/proc/self/stat") ? fromProc() : fromPs();
}

/** Whether a process runs. */
export function isAlive(pid: number): boolean {
  return listProcesses().some((running) => running.pid === pid);
}

function fromProc(): readonly RunningProcess[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      return processOf(Number(pid), readFileSync(`/proc/${pid}/stat`, "utf8"));
    } catch {
      // It ended while we looked.
      return [];
    }
  });
}

/** `pid (name) state ppid pgrp …`; the name may hold anything. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function processOf(pid: number, stat: string): readonly RunningProcess[] {
  const [state, parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (state === "Z" || state === "X") return [];
  const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  return [{ pid, parent: Number(parent), group: Number(group), command }];
}

function fromPs(): readonly RunningProcess[] {
  const lines = execFileSync("ps", ["-A", "-ww", "-o", "pid=,ppid=,pgid=,state=,args="], { encoding: "utf8" }).split(
    "\n",
  );
  return lines.flatMap((line) => {
    const [, pid, parent, group, state, command] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (command === undefined || state?.startsWith("Z") === true) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), command }];
  });
}
