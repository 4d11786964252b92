import { accessSync, constants, existsSync, readFileSync, statfsSync } from "node:fs";
import { totalmem } from "node:os";
import { dirname, join, resolve } from "node:path";
import { gigabytes } from "../../hub/index.ts";
import { memoryLimit } from "./cgroup.ts";
import { projectRoot } from "../project-root.ts";
import { broken, type Finding, good, note } from "./finding.ts";
import { readText } from "./read-text.ts";

/** Whether a version of Node is one of those that package.json names; each range is ^x.y.z or >=x. */
export function isSupportedNode(version: string, ranges: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return ranges.split("||").some((range) => {
    const [, kind, lowest, least = "0"] = /(\^|>=)(\d+)(?:\.(\d+))?/.exec(range) ?? [];
    if (kind === ">=") return major >= Number(lowest);
    return major === Number(lowest) && minor >= Number(least);
  });
}

export function nodeFinding(): Finding {
  const { engines } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
    engines: { node: string };
  };
  const text = `${process.versions.node}, ${process.platform} ${process.arch}`;
  if (isSupportedNode(process.versions.node, engines.node)) return good("Node", text);
  return broken("Node", `${text}, where ${engines.node} is needed`, "Install a Node of these from https://nodejs.org.");
}

/** Below, a model of any size makes the machine swap. */
const SPARE_MEMORY = 5e8;

/** Memory that there is, that is free, and that a container leaves of it. */
export function memoryFinding(): Finding {
  const available = availableMemory();
  const limit = memoryLimit(readText);
  const limited =
    limit === undefined || limit.bytes >= totalmem()
      ? ""
      : `; this container may have ${gigabytes(limit.bytes)} (cgroup v${limit.version})`;
  const text = `${gigabytes(totalmem())}, ${gigabytes(available)} available${limited}`;
  if (available >= SPARE_MEMORY) return good("memory", text);
  return note("memory", text, "End other programs: models are likely to be swapped out.");
}

/** Node counts what the container leaves; the system, what its caches would give back. */
function availableMemory(): number {
  const [, kilobytes] = /^MemAvailable:\s+(\d+) kB$/m.exec(readText("/proc/meminfo") ?? "") ?? [];
  const known = kilobytes === undefined ? Infinity : 1024 * Number(kilobytes);
  return Math.min(known, process.availableMemory());
}

/** A folder that is written to: whether it may be, and what its disk has left. */
export function folderFinding(subject: string, folder: string, { setting }: { readonly setting: string }): Finding {
  const there = firstThere(folder);
  try {
    accessSync(there, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(there);
    return good(subject, `${gigabytes(bavail * bsize)} free for ${folder}`);
  } catch {
    return broken(subject, `${folder} cannot be written to`, `Make it writable, or name another by ${setting}.`);
  }
}

/** The folder, or what it would be made in. */
export function firstThere(folder: string): string {
  const whole = resolve(folder);
  return existsSync(whole) ? whole : firstThere(dirname(whole));
}
