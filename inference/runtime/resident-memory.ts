import { readFileSync, writeFileSync } from "node:fs";

/** What this process has of memory, bytes. */
export interface ResidentMemory {
  readonly now: number;
  /** The most since `forgetPeak`, or since its start. */
  readonly peak: number;
}

/**
 * Undefined where the system does not tell: files' pages count too, so that whoever compares two of these must have had
 * the same of them before. https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
export function residentMemory(): ResidentMemory | undefined {
  if (process.platform !== "linux") return undefined;
  const status = readFileSync("/proc/self/status", "utf8");
  const [now, peak] = [kibibytes(status, "VmRSS"), kibibytes(status, "VmHWM")];
  return now === undefined || peak === undefined ? undefined : { now: 1024 * now, peak: 1024 * peak };
}

/** Lets the peak begin anew; false where that may not be. https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html */
export function forgetPeak(): boolean {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
    return true;
  } catch {
    return false;
  }
}

function kibibytes(status: string, key: string): number | undefined {
  const [, number] = new RegExp(`^${key}:\\s+(\\d+) kB$`, "m").exec(status) ?? [];
  return number === undefined ? undefined : Number(number);
}
