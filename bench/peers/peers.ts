import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomCheckpoint } from "../checkpoint.ts";
import { llavaParts } from "../llava-parts.ts";
import { halfBillion, type LlavaSizes, sevenBillion } from "../llava-tensors.ts";
import type { Contender } from "./contender.ts";
import { randomGguf } from "./gguf-file.ts";
import { languageGguf, type Quantisation } from "./gguf-model.ts";
import { type Llama, llamaContender, loadLlamaCpp } from "./llama-cpp.ts";
import { better, measureRates, type PeerRates, warmUp } from "./rates.ts";
import { triptychContender } from "./triptych.ts";
import { withoutMatrices } from "./zero-layers.ts";

/** One language model in ours, first, and in llama.cpp. */
export interface PeerComparison {
  readonly title: string;
  readonly rates: readonly PeerRates[];
}

const peerSizes = {
  small: {
    title: "0.46 billion parameters, as in llava-interleave-qwen-0.5b",
    sizes: halfBillion,
    quantisations: ["Q4_0", "Q4_K_M"],
    rounds: 5,
  },
  large: {
    title: "6.6 billion parameters, as in llava-1.5-7b",
    sizes: sevenBillion,
    quantisations: ["Q4_0"],
    rounds: 2,
  },
} as const satisfies Readonly<Record<string, PeerSize>>;
interface PeerSize {
  readonly title: string;
  readonly sizes: LlavaSizes;
  /** Of llama.cpp. */
  readonly quantisations: readonly Quantisation[];
  /** Contenders take turns, and the quickest round of each counts: so other work on the machine falls out. */
  readonly rounds: number;
}

export interface PeerOptions {
  /** Where llama.cpp was installed to. */
  readonly folder: string;
  readonly size: keyof typeof peerSizes;
  /** Of each engine. */
  readonly threads: number;
  readonly progress: (message: string) => void;
}

/** Compares a language model of that size in int4 with llama.cpp. Throws an Error that says how to install what is missing. */
export async function comparePeers({ size, folder, threads, progress }: PeerOptions): Promise<PeerComparison> {
  const { title, rounds } = peerSizes[size];
  const llama = await installed(folder);
  progress(`${title}: making and loading the models`);
  const contenders = await loadContenders(llama, size, threads);
  const rates = contenders.map(({ name }) => ({ name, prompt: 0, alone: 0, together: 0 }));
  for (const contender of contenders) await warmUp(contender);
  for (let round = 0; round < rounds; round++) {
    for (const [i, contender] of contenders.entries()) rates[i] = better(rates[i]!, await measureRates(contender));
    progress(`round ${round + 1} of ${rounds}, the best so far: ${JSON.stringify(rates)}`);
  }
  await llama.dispose();
  return { title, rates };
}

async function installed(folder: string): Promise<Llama> {
  const llama = await loadLlamaCpp(folder);
  if (llama !== undefined) return llama;
  const install = `npm install --prefix ${folder} --ignore-scripts node-llama-cpp@3`;
  throw new Error(`llama.cpp is not in ${folder}. Install it with: ${install}`);
}

async function loadContenders(llama: Llama, size: PeerOptions["size"], threads: number): Promise<Contender[]> {
  const { sizes, quantisations } = peerSizes[size];
  const cache = join(tmpdir(), "triptych-bench", "weights");
  await mkdir(cache, { recursive: true });
  const parts = llavaParts(sizes);
  const folder = await randomCheckpoint(size === "small" ? parts : withoutMatrices(parts));
  const contenders = [await triptychContender({ name: "Triptych, int4", path: folder, threads }, cache)];
  for (const quantisation of quantisations) {
    const path = await randomGguf(languageGguf({ kind: "qwen2", sizes: sizes.text_config }, quantisation));
    contenders.push(await llamaContender(llama, { name: `llama.cpp, ${quantisation}`, path, threads }));
  }
  return contenders;
}
