import { titled } from "../report-parts.ts";
import type { LoadSection } from "./mark.ts";

/** The marks of a run, as a section of bench/RESULTS.md. */
export function reportLoad(machine: string, sections: readonly LoadSection[]): string {
  const intro = [
    "## Under load",
    `On ${machine}. The server runs as npm start has it, its clients in processes of their own on the same cores: of the time of all cores, what each had stands below each table.`,
  ];
  return [...intro, ...sections.map(reportSection)].join("\n\n");
}

function reportSection({ title, facts, marks, shares, loadAverage }: LoadSection): string {
  const rows = marks.map(({ what, measured, mark, isMet }) => [what, measured, mark, isMet ? "yes" : "no"]);
  const parts = Object.entries(shares).map(([party, share]) => `${party} ${(100 * share).toFixed(0)} %`);
  const time = `Of all cores: ${parts.join(", ")}; load average ${loadAverage.toFixed(1)}.`;
  return [titled(title, "what|measured|mark|met", rows), [...facts, time].join(" ")].join("\n\n");
}
