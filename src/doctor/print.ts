import { gigabytes } from "../../hub/index.ts";
import { servedDtypes, sumOf } from "../../inference/index.ts";
import { table } from "../cli/table.ts";
import type { FittedModels } from "../dtypes.ts";
import { needIn } from "../memory.ts";
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
export function printModels(
  { verdicts, room, together, shared }: ExaminedModels,
  problems: readonly Problem[],
): string {
  const header = ["", "to fetch", ...servedDtypes, "served in"];
  const numbers = [1, ...servedDtypes.map((_, i) => 2 + i)];
  const isSaidBelow = (name: string): boolean => problems.some(({ subject }) => subject === name);
  const reasons = verdicts.flatMap(({ candidate: { model }, reason }) =>
    reason === undefined || isSaidBelow(model.name) ? [] : wrap(sentence(model.name, reason)),
  );
  const beside = gigabytes(shared.process + shared.features);
  const roomLine = `There are ${gigabytes(room.memory)} for models, beside ${beside} for the worker and what it knows of pictures. --memory sets how much may be taken.`;
  const sums = together === undefined ? [] : [...verdicts.flatMap(sumLines), ...togetherLines(together)];
  const parts = [table([header, ...verdicts.map(rowOf)], numbers).split("\n"), wrap(roomLine), sums, reasons];
  return `\nModels, and what each takes in memory with its keys and values\n${indented(parts)}`;
}

/** What is broken, for the end. */
export function printProblems(problems: readonly Problem[]): string {
  if (problems.length === 0) return "\nNothing is broken.";
  return `\nBroken:\n${indented([problems.flatMap(({ subject, reason }) => wrap(sentence(subject, reason)))])}`;
}

/** All of it for programs. */
export function asJson(findings: readonly Finding[], models: ExaminedModels, problems: readonly Problem[]): string {
  const plain = models.verdicts.map(({ candidate: { model, place, missingBytes, needs }, dtype, reason }) => {
    return { name: model.name, place, missingBytes, memory: needs, dtype, reason };
  });
  const { room, shared, together } = models;
  return JSON.stringify({ findings, models: plain, together, room, shared, problems }, undefined, 2);
}

function indented(parts: readonly (readonly string[])[]): string {
  const blocks = parts.filter((lines) => lines.length > 0);
  return blocks.map((lines) => lines.map((line) => `  ${line}`).join("\n")).join("\n\n");
}

function rowOf({ candidate, dtype, reason }: Verdict): readonly string[] {
  const { model, place, missingBytes, needs } = candidate;
  const fetched = typeof place === "string" ? place : missingBytes === undefined ? "?" : gigabytes(missingBytes);
  const sizes = servedDtypes.map((each) => (needs === undefined ? "?" : gigabytes(sumOf(needs[each]))));
  return [model.name, fetched, ...sizes, dtype ?? (reason === undefined ? "?" : "-")];
}

/** What the memory of a model goes to, but for one on a GPU, whose own is not known. */
function sumLines({ candidate: { model, needs }, dtype }: Verdict): readonly string[] {
  if (needs === undefined || dtype === undefined) return [];
  const { weights, keysValues, activations } = needIn(dtype, needs);
  const parts = [
    `${gigabytes(weights)} of weights`,
    ...(keysValues === 0 ? [] : [`up to ${gigabytes(keysValues)} of keys and values (--kv-cache)`]),
    `${gigabytes(activations)} for passes`,
  ];
  return wrap(`${model.name} in ${dtype}: ${parts.join(", ")}.`);
}

function togetherLines({ models, bytes }: FittedModels): readonly string[] {
  if (models.length < 2) return [];
  const named = models.map(({ name, dtype }) => `${name} in ${dtype}`);
  return wrap(`Together: ${gigabytes(bytes)}, with ${named.join(", ")}.`);
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
