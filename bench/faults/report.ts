import { machine } from "../machine.ts";
import type { Heard } from "./listener.ts";
import { pauseLines } from "./pauses.ts";
import type { Weathered } from "./storm.ts";

/** What a storm showed, for people. */
export function report({ heard, faults }: Weathered): string {
  const sum = (key: "lost" | "repeated" | "spliced" | "refusals"): number =>
    heard.reduce((total, each) => total + each[key], 0);
  const finished = heard.filter(({ end }) => end === "finished").length;
  const pauses = heard.map(({ longestPause }) => longestPause);
  return [
    machine(),
    ...counted(faults.map(({ kind }) => kind)),
    `${heard.length} streams, ${finished} finished`,
    `${sum("lost")} lost, ${sum("repeated")} repeated, ${sum("spliced")} spliced`,
    `new work that no server took: ${sum("refusals")} times`,
    ...pauseLines(pauses, faults),
    ...counted(heard.flatMap(failureOf)),
  ].join("\n");
}

function failureOf({ end, why }: Heard): string[] {
  return end === "failed" ? [why ?? ""] : [];
}

function counted(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${count} × ${name}`);
}
