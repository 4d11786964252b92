import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PictureFile } from "../bench/graphql.ts";

/** A bundled picture, with what is true of it. */
export interface Example {
  readonly picture: PictureFile;
  readonly sha256: string;
  readonly caption: string;
  readonly questions: readonly Asked[];
  /** Each turn needs those before it. */
  readonly conversation: readonly Asked[];
}

export interface Asked {
  readonly question: string;
  readonly answer: string;
}

type Truth = Pick<Example, "caption" | "questions" | "conversation">;

const folder = join(import.meta.dirname, "..", "examples");

/** The pictures that examples/captions.json lists, in its order. */
export async function readExamples(): Promise<readonly Example[]> {
  const text = await readFile(join(folder, "captions.json"), "utf8");
  const told = JSON.parse(text) as Record<string, Truth>;
  return Promise.all(Object.entries(told).map(([name, truth]) => readExample(name, truth)));
}

async function readExample(name: string, truth: Truth): Promise<Example> {
  const bytes = new Uint8Array(await readFile(join(folder, name)));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { ...truth, sha256, picture: { name, type: "image/png", bytes } };
}
