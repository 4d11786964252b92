import { execFileSync } from "node:child_process";
import { availableParallelism, cpus } from "node:os";
import { cpuQuota } from "./cgroup.ts";
import { type Finding, good, note } from "./finding.ts";
import { type ReadText, readText } from "./read-text.ts";

/**
 * Instruction sets for which onnxruntime has kernels, by what Linux and macOS call them, the best last.
 * https://github.com/microsoft/onnxruntime, onnxruntime/core/mlas/lib/platform.cpp
 */
const known: Readonly<Record<string, readonly (readonly [flag: string, name: string])[]>> = {
  x64: [
    ["avx2", "AVX2"],
    ["avx_vnni", "AVX-VNNI"],
    ["avx512f", "AVX-512"],
    ["avx512_vnni", "AVX-512 VNNI"],
    ["amx_int8", "AMX"],
  ],
  arm64: [
    ["asimd", "NEON"],
    ["asimddp", "dot product"],
    ["i8mm", "int8 matrices"],
  ],
};

/** The instruction sets that matter, of all that a processor names; undefined where it names none. */
export function instructionSets(arch: string, flags: ReadonlySet<string>): readonly string[] | undefined {
  if (flags.size === 0) return undefined;
  return (known[arch] ?? []).filter(([flag]) => flags.has(flag)).map(([, name]) => name);
}

/** The flags of /proc/cpuinfo, which has them under another name on ARM. */
export function linuxFlags(cpuinfo: string): ReadonlySet<string> {
  return new Set(/^(?:flags|Features)\s*: (.*)$/m.exec(cpuinfo)?.[1]?.trim().split(/\s+/));
}

/** Of sysctl's lines of a Mac, under Linux's names. */
export function macFlags(lines: string): ReadonlySet<string> {
  const arm = { FEAT_DotProd: "asimddp", FEAT_I8MM: "i8mm", AdvSIMD: "asimd" };
  const there = Object.entries(arm).filter(([name]) => new RegExp(`${name}: 1$`, "m").test(lines));
  const x64 = /leaf7_features: .*\bAVX2\b/.test(lines) ? ["avx2"] : [];
  return new Set([...there.map(([, flag]) => flag), ...x64]);
}

/** What the processor is to onnxruntime. */
export function processorFinding(): Finding {
  const cores = availableParallelism();
  const model = cpus()[0]?.model.trim() ?? process.arch;
  const sets = instructionSets(process.arch, flagsHere(readText));
  const text = `${model}, ${cores} ${cores === 1 ? "core" : "cores"}${describeSets(sets)}`;
  const quota = cpuQuota(readText);
  if (quota !== undefined && quota < cores) {
    const remedy = "Give the container more, or start with as many threads: taskset -c 0 npm start.";
    return note("processor", `${text}; this container has the time of ${quota.toFixed(1)} of them`, remedy);
  }
  if (process.arch !== "x64" || sets === undefined || sets.includes("AVX2")) return good("processor", text);
  return note("processor", `${text}: without AVX2 models are several times slower`, "Choose small models.");
}

function describeSets(sets: readonly string[] | undefined): string {
  return sets === undefined || sets.length === 0 ? "" : `; ${sets.join(", ")}`;
}

function flagsHere(read: ReadText): ReadonlySet<string> {
  if (process.platform !== "darwin") return linuxFlags(read("/proc/cpuinfo") ?? "");
  try {
    return macFlags(execFileSync("sysctl", ["-a"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  } catch {
    return new Set();
  }
}
