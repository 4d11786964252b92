import { fork } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ProbeName, ProbeResult } from "./probe-main.ts";

export type Probe<Name extends ProbeName> = { readonly result: ProbeResult<Name> } | { readonly reason: string };

export interface ProbeOptions {
  readonly threads: number;
  readonly timeoutMs?: number;
}

/** A driver that compiles its first shaders takes some seconds. */
const TIMEOUT_MS = 90_000;

/** Tries something in a process of its own; how that went, even where the process died or hung. */
export function runProbe<Name extends ProbeName>(name: Name, options: ProbeOptions): Promise<Probe<Name>> {
  const { threads, timeoutMs = TIMEOUT_MS } = options;
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const child = fork(join(import.meta.dirname, "probe-main.ts"), [name, String(threads)], {
    execArgv: ["--import", tsx],
    // Whatever libraries print of themselves is no part of what the doctor says.
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve({ reason: `nothing came of it within ${timeoutMs / 1000} s` });
      child.kill("SIGKILL");
    }, timeoutMs);
    child.once("message", (message) => resolve(plain(message as Probe<Name>)));
    child.once("error", (error) => resolve({ reason: error.message }));
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      resolve({ reason: `it ended the process that tried it (${signal ?? `exit code ${code}`})` });
    });
  });
}

/** Of a library's long advice, the first lines. */
function plain<Name extends ProbeName>(probe: Probe<Name>): Probe<Name> {
  if ("result" in probe) return probe;
  const reason = probe.reason
    .trim()
    .split(/\s*\n\s*/)
    .slice(0, 2)
    .join(": ");
  return { reason: reason.replace(/\.$/, "") };
}
