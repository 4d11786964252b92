import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServedSubject } from "../subject.ts";

/** The same subject, whose worker writes into a file when it had each piece of a chat's text. */
export function stamped(subject: ServedSubject, file: string): ServedSubject {
  const probe = new URL("./token-stamps-probe.js", import.meta.url).href;
  const options = [process.env.NODE_OPTIONS ?? "", `--import ${probe}`].join(" ").trim();
  return { ...subject, env: { ...subject.env, NODE_OPTIONS: options, TOKEN_STAMPS: file } };
}

/**
 * By a chat's last question: when the compute thread had the token that each delta of the answer ended with, on the
 * machine's clock.
 */
export function readStamps(file: string): ReadonlyMap<string, readonly number[]> {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  const chats = lines.map((line) => JSON.parse(line) as { question: string; stamps: number[] });
  return new Map(chats.map(({ question, stamps }) => [question, stamps]));
}

/** A file for stamps, while something is done. */
export async function withStampFile<T>(work: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "triptych-bench-stamps-"));
  try {
    return await work(join(folder, "stamps.jsonl"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
