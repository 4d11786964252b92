import { fileURLToPath } from "node:url";
import { PROMPT, STEPS } from "../contender.ts";
import { JsonLines } from "../json-lines.ts";
import type { GenerateAnswer, GenerateAsk } from "./process.ts";

export interface TransformersJs {
  readonly version: string;
  /** PROMPT and STEPS tokens after the first, of so many requests in one batch. */
  generate(streams: number): Promise<GenerateAnswer>;
}

export interface TransformersJsOptions {
  readonly threads: number;
  readonly signal: AbortSignal;
}

/** transformers.js in a process of its own, while it is asked. */
export async function withTransformersJs<T>(
  folder: string,
  { threads, signal }: TransformersJsOptions,
  use: (contender: TransformersJs) => Promise<T>,
): Promise<T> {
  const script = fileURLToPath(new URL("./process.ts", import.meta.url));
  const args = ["--import", "tsx", script, folder, String(threads)];
  const lines = new JsonLines(process.execPath, args, { env: process.env, signal });
  try {
    const { version } = await lines.next<{ version: string }>();
    return await use({
      version,
      generate: (streams) => lines.ask({ streams, prompt: PROMPT, tokens: STEPS + 1 } satisfies GenerateAsk),
    });
  } finally {
    await lines.end();
  }
}
