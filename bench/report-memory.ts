import type { MemoryMeasurement } from "./measure-memory.ts";
import { sumOf } from "./memory-watch.ts";
import type { GroupMemory } from "./process-memory.ts";
import { ratio, titled } from "./report-parts.ts";
import type { Cell } from "./table.ts";

/** What served models take of memory, as a section of the report. */
export function reportMemory(measurements: readonly MemoryMeasurement[]): string {
  const facts =
    "All processes of a server together, what they share counted once (PSS), up to twenty times a second: memory that is anonymous, and pages of files that they have mapped, weights among them, which the system can drop and read again.";
  return ["## Memory of served models", facts, ...measurements.map(section)].join("\n\n");
}

function section({ title, weights, startMs, stages }: MemoryMeasurement): string {
  const rows = stages.map(({ what, memory: { most, last } }): Cell[] => {
    if (most === undefined || last === undefined) return [what, "–", "–", "–", "–", "–"];
    return [what, ...parts(most), megabytes(sumOf(most)), ratio(sumOf(most), weights), megabytes(sumOf(last))];
  });
  const header = "stage|anonymous, MB|files, MB|most, MB|to the weights|at its end, MB";
  const start = `Weights of ${megabytes(weights)} MB; ready ${(startMs / 1000).toFixed(1)} s after a start that finds all that an earlier one kept.`;
  return `${titled(title, header, rows)}\n\n${start}`;
}

function parts({ anonymous, files }: GroupMemory): Cell[] {
  return [megabytes(anonymous), megabytes(files)];
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
