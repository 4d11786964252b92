import { createInterface } from "node:readline";
import { AutoModelForCausalLM, env, Tensor } from "@huggingface/transformers";
import { tokenOf } from "../contender.ts";

/** transformers.js in a process of its own: node --import tsx process.ts FOLDER THREADS. Answers a line of JSON for each. */

export interface GenerateAsk {
  /** In one batch. */
  readonly streams: number;
  /** Tokens of each prompt, and so many more. */
  readonly prompt: number;
  readonly tokens: number;
}

export interface GenerateAnswer {
  /** Until the first token, and from there to the last. */
  readonly promptSeconds: number;
  readonly decodeSeconds: number;
}

async function main([folder, threads]: readonly string[]): Promise<void> {
  env.allowRemoteModels = false;
  const model = await AutoModelForCausalLM.from_pretrained(folder!, {
    dtype: "q4",
    device: "cpu",
    session_options: { intraOpNumThreads: Number(threads) },
  });
  answer({ version: env.version });
  for await (const line of createInterface({ input: process.stdin })) {
    answer(await generate(model, JSON.parse(line) as GenerateAsk));
  }
}

type Model = Awaited<ReturnType<typeof AutoModelForCausalLM.from_pretrained>>;

async function generate(model: Model, { streams, prompt, tokens }: GenerateAsk): Promise<GenerateAnswer> {
  const shape = [streams, prompt];
  const ids = BigInt64Array.from({ length: streams * prompt }, (_, i) => BigInt(tokenOf(i % prompt)));
  const inputs = new Tensor("int64", ids, shape);
  const attention_mask = new Tensor("int64", new BigInt64Array(ids.length).fill(1n), shape);
  const times: number[] = [];
  const streamer = { put: () => void times.push(performance.now()), end: () => undefined };
  await model.generate({ inputs, attention_mask, max_new_tokens: tokens, streamer } as never);
  // The prompt itself comes first, before it is computed.
  const [start, first] = times as [number, number];
  if (times.length !== tokens + 1) throw new Error(`It gave ${times.length - 1} tokens where ${tokens} were asked.`);
  return { promptSeconds: (first - start) / 1000, decodeSeconds: (times.at(-1)! - first) / 1000 };
}

function answer(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

await main(process.argv.slice(2));
