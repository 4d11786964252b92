import { readFileSync } from "node:fs";

/**
 * Bytes that this process holds and no file has, so that weights that are read from their files on the way do not count.
 * Undefined where the system does not tell. https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
export function anonymousMemory(): number | undefined {
  if (process.platform !== "linux") return undefined;
  const [, kibibytes] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}
