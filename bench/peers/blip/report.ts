import { ratio, titled } from "../../report-parts.ts";
import type { Cell } from "../../table.ts";
import type { BlipComparison } from "./compare.ts";
import type { PartSeconds } from "./contender.ts";
import type { TaskComparison } from "./rounds.ts";
import { TOGETHER } from "./tasks.ts";

/** How BLIP fares beside transformers, as a section of the report: ratios are ours to theirs, so more is better. */
export function reportBlip({ names, versions, tasks, parts }: BlipComparison): string {
  const facts = `BLIP-base of the published shape with random weights, 640×480 JPEG, from the file's bytes to the answer; all taking turns on the same pictures, and of several rounds the best counts, pictures/s. Ours: requests to the server over HTTP, each with a picture of its own, one at a time and ${TOGETHER} at once. transformers ${versions.transformers} with torch ${versions.torch} in a process of its own, with as many threads: one picture at a time and a batch of ${TOGETHER}, without the pictures' way into it. Texts have exactly so many tokens. The ratio is ours to theirs.`;
  const sections = tasks.map((task) => taskTable(names, task));
  return ["## Beside transformers", facts, ...sections, ...(parts ? [partsTable(names, parts)] : [])].join("\n\n");
}

/** A row for each contender; ours come first, and have a column of ratios each. */
function taskTable(names: readonly string[], { title, rates }: TaskComparison): string {
  const ours = names.filter(isOurs);
  const header = (["one at a time", `${TOGETHER} at once`] as const).flatMap((way) => [
    way,
    ...ours.map((name) => `${dtypeOf(name)} to it`),
  ]);
  const rows = rates.map((own, i): Cell[] => [
    names[i]!,
    ...(["alone", "together"] as const).flatMap((way) => [
      own[way],
      ...ours.map((_, j) => (isOurs(names[i]!) ? "–" : ratio(rates[j]![way], own[way]))),
    ]),
  ]);
  return titled(title, ["engine", ...header].join("|"), rows, 2);
}

function isOurs(name: string): boolean {
  return name.startsWith("Triptych");
}

/** "int8" of "Triptych, int8" */
function dtypeOf(name: string): string {
  return name.split(", ").at(-1)!;
}

function partsTable(names: readonly string[], parts: readonly PartSeconds[]): string {
  const columns = ["prepare", "vision", "memory", "text"] as const satisfies readonly (keyof PartSeconds)[];
  const rows = parts.map((part, i): Cell[] => [names[i]!, ...columns.map((name) => 1000 * part[name])]);
  const header = "engine|decode and resize ms|vision tower ms|its keys and values ms|decoder ms";
  return titled("Where a greedy caption's time goes, one at a time, the least of several", header, rows, 1);
}
