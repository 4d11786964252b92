import { fileURLToPath } from "node:url";
import { PROMPT, STEPS, STREAMS } from "../contender.ts";
import { JsonLines } from "../json-lines.ts";
import type { GenerateAnswer, GenerateAsk } from "./process.ts";

/** Tokens a second. */
export interface TransformersJsRates {
  readonly prompt: number;
  readonly alone: number;
  /** STREAMS in one batch. */
  readonly together: number;
  /** STREAMS requests, one after the other. */
  readonly inTurn: number;
}

export interface TransformersJs {
  readonly version: string;
  measure(): Promise<TransformersJsRates>;
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
    const generate = (streams: number): Promise<GenerateAnswer> =>
      lines.ask<GenerateAnswer>({ streams, prompt: PROMPT, tokens: STEPS + 1 } satisfies GenerateAsk);
    return await use({ version, measure: () => measure(generate) });
  } finally {
    await lines.end();
  }
}

async function measure(generate: (streams: number) => Promise<GenerateAnswer>): Promise<TransformersJsRates> {
  const together = await generate(STREAMS);
  const inTurn: GenerateAnswer[] = [];
  for (let request = 0; request < STREAMS; request++) inTurn.push(await generate(1));
  const seconds = inTurn.reduce((sum, { decodeSeconds }) => sum + decodeSeconds, 0);
  return {
    prompt: PROMPT / Math.min(...inTurn.map(({ promptSeconds }) => promptSeconds)),
    alone: STEPS / Math.min(...inTurn.map(({ decodeSeconds }) => decodeSeconds)),
    together: (STREAMS * STEPS) / together.decodeSeconds,
    inTurn: (STREAMS * STEPS) / seconds,
  };
}
