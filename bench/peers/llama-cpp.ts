import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Contender, ContenderOptions } from "./contender.ts";
import { PROMPT, STEPS, STREAMS, tokenOf } from "./contender.ts";

/** What is used of node-llama-cpp, which isn't among the project's packages: https://node-llama-cpp.withcat.ai/api */
interface NodeLlamaCpp {
  getLlama(options: { gpu: false; build: "never"; maxThreads: 0; logLevel: "error" }): Promise<Llama>;
}

/** llama.cpp, loaded. */
export interface Llama {
  loadModel(options: { modelPath: string; gpuLayers: number; useMmap: boolean }): Promise<LlamaModel>;
  dispose(): Promise<void>;
}

interface LlamaModel {
  createContext(options: ContextOptions): Promise<LlamaContext>;
}

interface ContextOptions {
  readonly sequences: number;
  /** Rows of each sequence. */
  readonly contextSize: number;
  readonly batchSize: number;
  readonly threads: number;
  readonly flashAttention: "auto";
}

interface LlamaContext {
  getSequence(): LlamaSequence;
}

type InputToken = number | [token: number, options: { generateNext: { token: true; options: { temperature: 0 } } }];

interface LlamaSequence {
  controlledEvaluate(input: readonly InputToken[]): Promise<unknown>;
  clearHistory(): Promise<void>;
  eraseContextTokenRanges(ranges: readonly { start: number; end: number }[]): Promise<void>;
}

/** llama.cpp as it was installed into a folder of its own; undefined where it isn't there. */
export async function loadLlamaCpp(folder: string): Promise<Llama | undefined> {
  const entry = join(folder, "node_modules", "node-llama-cpp", "dist", "index.js");
  try {
    const llamaCpp = (await import(pathToFileURL(entry).href)) as NodeLlamaCpp;
    return await llamaCpp.getLlama({ gpu: false, build: "never", maxThreads: 0, logLevel: "error" });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** A model in llama.cpp: all streams in one batch, the likeliest token taken, keys and values in float16 as it does by itself. */
export async function llamaContender(llama: Llama, { name, path, threads }: ContenderOptions): Promise<Contender> {
  const model = await llama.loadModel({ modelPath: path, gpuLayers: 0, useMmap: true });
  const context = await model.createContext({
    sequences: STREAMS,
    contextSize: PROMPT + STEPS,
    batchSize: 2 * PROMPT,
    threads,
    flashAttention: "auto",
  });
  const sequences = Array.from({ length: STREAMS }, () => context.getSequence());
  const prompt = Array.from({ length: PROMPT }, (_, i) => (i === PROMPT - 1 ? next(i) : tokenOf(i)));
  return {
    name,
    prefill: async () => {
      await sequences[0]!.clearHistory();
      await sequences[0]!.controlledEvaluate(prompt);
    },
    fill: async () => {
      for (const sequence of sequences.slice(1)) await sequence.controlledEvaluate(prompt);
    },
    decode: async (streams) => {
      for (let step = 0; step < STEPS; step++) {
        await Promise.all(sequences.slice(0, streams).map((sequence) => sequence.controlledEvaluate([next(step)])));
      }
    },
    rewind: async () => {
      const ranges = [{ start: PROMPT, end: PROMPT + STEPS }];
      for (const sequence of sequences) await sequence.eraseContextTokenRanges(ranges);
    },
  };
}

/** A token after which the likeliest is chosen. */
function next(place: number): InputToken {
  return [tokenOf(place), { generateNext: { token: true, options: { temperature: 0 } } }];
}
