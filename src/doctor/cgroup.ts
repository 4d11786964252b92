import { dirname, join } from "node:path";
import type { ReadText } from "./read-text.ts";

/** What a container, or a group of processes, may have of the machine. https://man7.org/linux/man-pages/man7/cgroups.7.html */
export interface MemoryLimit {
  readonly bytes: number;
  readonly version: 1 | 2;
}

/** Nobody has so much: what version 1 says where there is no limit. */
const UNLIMITED = 2 ** 60;

/** The least that this process' group, or one above it, may have; undefined without any. */
export function memoryLimit(read: ReadText): MemoryLimit | undefined {
  const found = groups(read).flatMap(({ version, folders }) =>
    folders.map((folder) => ({ bytes: bytesOf(read(join(folder, limitFile[version]))), version })),
  );
  const [least] = found.filter(({ bytes }) => bytes < UNLIMITED).sort((a, b) => a.bytes - b.bytes);
  return least;
}

/** How many cores' time the group may take: cpu.max of version 2, cpu.cfs_quota_us of version 1; undefined without a limit. */
export function cpuQuota(read: ReadText): number | undefined {
  const quotas = groups(read, "cpu").flatMap(({ version, folders }) =>
    folders.map((folder) => {
      const [quota, period] = quotaTexts(read, folder, version);
      return Number(quota) / Number(period);
    }),
  );
  const limits = quotas.filter((cores) => cores > 0);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

const limitFile = { 1: "memory.limit_in_bytes", 2: "memory.max" } as const;

function quotaTexts(read: ReadText, folder: string, version: 1 | 2): readonly (string | undefined)[] {
  if (version === 2) return read(join(folder, "cpu.max"))?.trim().split(" ") ?? [];
  return ["cpu.cfs_quota_us", "cpu.cfs_period_us"].map((name) => read(join(folder, name))?.trim());
}

interface Group {
  readonly version: 1 | 2;
  /** The group's own and those above it. */
  readonly folders: readonly string[];
}

/** Within a container the group's path is often seen from outside; its own files then lie at the top. */
function groups(read: ReadText, controller = "memory"): readonly Group[] {
  const lines = (read("/proc/self/cgroup") ?? "").split("\n").map((line) => line.split(":"));
  return lines.flatMap(([, controllers, path]): Group[] => {
    if (path === undefined) return [];
    if (controllers === "") return [{ version: 2, folders: upwards("/sys/fs/cgroup", path) }];
    const isAsked = controllers?.split(",").includes(controller) ?? false;
    return isAsked ? [{ version: 1, folders: upwards(`/sys/fs/cgroup/${controller}`, path) }] : [];
  });
}

function upwards(top: string, path: string): readonly string[] {
  const above = path === "/" || path === "." ? [] : upwards(top, dirname(path));
  return [join(top, path), ...above];
}

function bytesOf(text: string | undefined): number {
  const trimmed = text?.trim() ?? "";
  return /^\d+$/.test(trimmed) ? Number(trimmed) : Infinity;
}
