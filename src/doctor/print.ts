import { gigabytes } from "../../hub/index.ts";
import { servedDtypes } from "../../inference/index.ts";
import { table } from "../cli/table.ts";
import type { ExaminedModels } from "./examine.ts";
import type { Finding } from "./finding.ts";
import type { Problem } from "./problems.ts";
import type { Verdict } from "./verdict.ts";

const WIDTH = 100;
const MARGIN = 24;
const marks = { good: "ok", note: "note", broken: "BROKEN" } as const;

/** A finding in lines of at most 100 columns, with what to do about it below. */
export function printFinding({ subject, state, text, remedy }: Finding): string {
  const first = `  ${marks[state].padEnd(6)}  ${subject.padEnd(MARGIN - 12)}  `;
  const lines = [...wrap(text, WIDTH - MARGIN), ...(remedy === undefined ? [] : wrap(`→ ${remedy}`, WIDTH - MARGIN))];
  return lines.map((line, i) => `${i === 0 ? first : " ".repeat(MARGIN)}${line}`).join("\n");
}

/** Models in a table, what there is for them, and why some cannot be served, where the problems do not say it. */
export function printModels({ verdicts, room, kvCacheBytes }: ExaminedModels, problems: readonly Problem[]): string {
  const header = ["", "to fetch", ...servedDtypes, "served in"];
  const numbers = [1, ...servedDtypes.map((_, i) => 2 + i)];
  const isSaidBelow = (name: string): boolean => problems.some(({ subject }) => subject === name);
  const reasons = verdicts.flatMap(({ candidate: { model }, reason }) =>
    reason === undefined || isSaidBelow(model.name) ? [] : wrap(sentence(model.name, reason)),
  );
  const roomLine = `There are ${gigabytes(room.memory)} for weights, beside ${gigabytes(kvCacheBytes)} for keys and values (--kv-cache) and what the system needs.`;
  const parts = [table([header, ...verdicts.map(rowOf)], numbers).split("\n"), wrap(roomLine), reasons];
  return `\nModels, and what their weights take in memory\n${indented(parts)}`;
}

/** What is broken, for the end. */
export function printProblems(problems: readonly Problem[]): string {
  if (problems.length === 0) return "\nNothing is broken.";
  return `\nBroken:\n${indented([problems.flatMap(({ subject, reason }) => wrap(sentence(subject, reason)))])}`;
}

/** All of it for programs. */
export function asJson(findings: readonly Finding[], models: ExaminedModels, problems: readonly Problem[]): string {
  const plain = models.verdicts.map(({ candidate: { model, place, missingBytes, weights }, dtype, reason }) => {
    return { name: model.name, place, missingBytes, weightBytes: weights, dtype, reason };
  });
  const { room, kvCacheBytes } = models;
  return JSON.stringify({ findings, models: plain, room: { ...room, kvCacheBytes }, problems }, undefined, 2);
}

function indented(parts: readonly (readonly string[])[]): string {
  const blocks = parts.filter((lines) => lines.length > 0);
  return blocks.map((lines) => lines.map((line) => `  ${line}`).join("\n")).join("\n\n");
}

function rowOf({ candidate, dtype, reason }: Verdict): readonly string[] {
  const { model, place, missingBytes, weights } = candidate;
  const fetched = typeof place === "string" ? place : missingBytes === undefined ? "?" : gigabytes(missingBytes);
  const sizes = servedDtypes.map((each) => (weights === undefined ? "?" : gigabytes(weights[each])));
  return [model.name, fetched, ...sizes, dtype ?? (reason === undefined ? "?" : "-")];
}

function sentence(subject: string, reason: string): string {
  return `${subject}: ${reason}${/[.?!]$/.test(reason) ? "" : "."}`;
}

/** Words in lines, all but the first moved in; one that is too long has a line of its own. */
function wrap(text: string, width = WIDTH - 2): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
