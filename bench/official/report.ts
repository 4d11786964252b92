import { titled } from "../report-parts.ts";
import type { Cell } from "../table.ts";
import type { OfficialRun } from "./run.ts";

/** What the published sizes showed, as a section of Markdown. */
export function reportOfficial(runs: readonly OfficialRun[]): string {
  const facts =
    "Checkpoints of the catalogue with their published names, shapes, types, files and configs, and random numbers, from a stand-in for the hub: pulled, loaded strictly, and asked everything that they can do.";
  return ["## The official sizes", facts, sizes(runs), answers(runs)].join("\n\n");
}

function sizes(runs: readonly OfficialRun[]): string {
  const rows = runs.map(({ bytes, pullSeconds, firstStart, nextStart, memory, ...run }): Cell[] => [
    run.name,
    run.served.dtype,
    bytes / 1e9,
    pullSeconds,
    firstStart.seconds,
    gigabytes(firstStart.memory?.anonymous),
    nextStart.seconds,
    gigabytes(memory?.anonymous),
    gigabytes(memory?.peak),
  ]);
  const header =
    "checkpoint|served in|pulled GB|in s|first start s|its peak GB|next start s|peak when asked GB|with files' pages GB";
  return titled("Size, start and memory", header, rows);
}

function answers(runs: readonly OfficialRun[]): string {
  const rows = runs.flatMap(({ name, served, asked }) =>
    asked.map(({ what, seconds, tokensPerSecond }): Cell[] => [
      ...[name, served.dtype, what, seconds.toFixed(2)],
      tokensPerSecond === undefined ? "–" : tokensPerSecond.toFixed(2),
    ]),
  );
  return titled("Answers: 16 tokens for a caption or an answer", "checkpoint|in|asked|s|tokens/s after", rows);
}

function gigabytes(bytes: number | undefined): string {
  return bytes === undefined ? "–" : (bytes / 1e9).toFixed(2);
}
