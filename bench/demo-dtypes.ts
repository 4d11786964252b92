import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startInference, servedDtypes, type Inference, type ServedDtype } from "../inference/index.ts";
import { maxRequestBytes, maxRequests, workerConfig } from "../src/worker-config.ts";
import { conversationScores, readConversations } from "./demo-conversations.ts";
import { answerScores, captionScores, readScenes, retrievalScores, type Scene } from "./demo-scores.ts";
import type { MeasureOptions } from "./measure.ts";
import { root } from "./server-process.ts";

/** Held-out scenes that are scored: a gallery of the retrieval score is a hundred of them. */
export const SCORED_SCENES = 100;

/** Shares of right answers of a bundled checkpoint, 0 … 1, by dtype. */
export interface DemoScore {
  readonly what: string;
  readonly shares: Readonly<Record<ServedDtype, number>>;
}

type Score = (inference: Inference, model: string, scenes: readonly Scene[]) => Promise<number>;

const scores: readonly { readonly what: string; readonly checkpoint: string; readonly score: Score }[] = [
  { what: "BLIP captions, exact", checkpoint: "demo-blip-caption", score: captions },
  { what: "BLIP answers", checkpoint: "demo-blip-vqa", score: answers },
  { what: "BLIP text → picture, first of 100", checkpoint: "demo-blip-retrieval", score: retrieval },
  { what: "BLIP-2 text → picture, first of 100", checkpoint: "demo-blip2-itm", score: retrieval },
  { what: "BLIP-2 conversations, later turns", checkpoint: "demo-blip2-opt", score: conversations },
  { what: "LLaVA captions, exact", checkpoint: "demo-llava", score: captions },
  { what: "LLaVA answers", checkpoint: "demo-llava", score: answers },
  { what: "LLaVA conversations, later turns", checkpoint: "demo-llava", score: conversations },
];

/** Scores the bundled checkpoints on held-out scenes in every dtype. */
export async function measureDemoDtypes({ signal, progress }: MeasureOptions): Promise<DemoScore[]> {
  const weightCache = await mkdtemp(join(tmpdir(), "triptych-bench-weights-"));
  const scenes = await readScenes(SCORED_SCENES);
  try {
    const byDtype: number[][] = [];
    for (const dtype of servedDtypes) {
      signal.throwIfAborted();
      progress(`The bundled checkpoints' scores, ${dtype}`);
      byDtype.push(await scoresIn(dtype, weightCache, scenes));
    }
    return scores.map(({ what }, i) => ({ what, shares: sharesOf(byDtype.map((shares) => shares[i]!)) }));
  } finally {
    await rm(weightCache, { recursive: true, force: true });
  }
}

function sharesOf([float32, int8, int4]: readonly number[]): DemoScore["shares"] {
  return { float32: float32!, int8: int8!, int4: int4! };
}

async function scoresIn(dtype: ServedDtype, weightCache: string, scenes: readonly Scene[]): Promise<number[]> {
  const names = [...new Set(scores.map(({ checkpoint }) => checkpoint))];
  const models = names.map((name) => ({ name, folder: join(root, "checkpoints", name), dtype }));
  const worker = workerConfig(models, { device: "cpu", kvCacheBytes: 2 ** 28, weightCache });
  const inference = startInference({ worker, maxRequests, maxRequestBytes, timeoutMs: 300_000, log: () => undefined });
  try {
    await inference.ready();
    const shares: number[] = [];
    for (const { checkpoint, score } of scores) shares.push(await score(inference, checkpoint, scenes));
    return shares;
  } finally {
    await inference.close();
  }
}

async function captions(...[inference, model, scenes]: Parameters<Score>): Promise<number> {
  return (await captionScores(inference, model, scenes)).exact!;
}

async function answers(...[inference, model, scenes]: Parameters<Score>): Promise<number> {
  return (await answerScores(inference, model, scenes)).all!;
}

async function retrieval(...[inference, model, scenes]: Parameters<Score>): Promise<number> {
  return (await retrievalScores(inference, model, scenes))["r@1"]!;
}

async function conversations(...[inference, model, scenes]: Parameters<Score>): Promise<number> {
  return (await conversationScores(inference, model, scenes, readConversations())).later.all!;
}
