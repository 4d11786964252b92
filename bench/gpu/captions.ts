import { basename } from "node:path";
import type { GenerationResult, Inference } from "../../inference/index.ts";
import { TOKENS } from "../caption.ts";
import { closedLoop } from "../closed-loop.ts";
import { makePictures } from "../pictures.ts";
import { titled } from "../report-parts.ts";
import { median } from "../statistics.ts";
import { baseSubject } from "../subject.ts";
import type { Cell } from "../table.ts";
import { nameOf, served, type Serving } from "./served.ts";

/** Requests at once, and captions of each. */
const LEVELS = [
  { clients: 1, captions: 12 },
  { clients: 16, captions: 64 },
] as const;
const BUDGET_MS = 20_000;
const HEADER = "served in|at once|captions/s|p50 ms|queue ms|picture ms|encoders ms|of|decoder's pass ms|of";

/** BLIP-base, random weights: captions of new pictures. */
export async function captions(serving: Serving, signal: AbortSignal): Promise<string> {
  const { folder, title } = await baseSubject(signal);
  const rows = await served([folder], serving, async (inference) => {
    // The first pass of each size compiles.
    for (const clients of [1, 16]) await level(inference, basename(folder), { clients, captions: clients, seed: 1 });
    const measured: Cell[][] = [];
    for (const { clients, captions } of LEVELS) {
      const { results, seconds } = await level(inference, basename(folder), {
        clients,
        captions,
        seed: 1000 * clients,
      });
      measured.push([nameOf(serving), String(clients), (results.length / seconds).toFixed(2), ...spent(results)]);
    }
    return measured;
  });
  return titled(title, HEADER, rows, 2);
}

interface LevelOptions {
  readonly clients: number;
  readonly captions: number;
  readonly seed: number;
}

async function level(inference: Inference, model: string, { clients, captions, seed }: LevelOptions) {
  const pictures = await makePictures(seed, captions);
  const options = { maxTokens: TOKENS, minTokens: TOKENS };
  return closedLoop(pictures, { clients, budgetMs: BUDGET_MS }, ({ bytes }) =>
    inference.submit({ kind: "caption", model, image: { bytes }, options }),
  );
}

function spent(results: readonly GenerationResult[]): number[] {
  const of = (value: (result: GenerationResult) => number): number => median(results.map(value));
  return [
    of(({ timing }) => timing.totalMs),
    of(({ timing }) => timing.queueMs),
    of(({ timing }) => timing.preprocessMs),
    of(({ timing }) => timing.encodeMs),
    of(({ timing }) => timing.encodeBatch),
    of(({ timing }) => timing.decodeMs / TOKENS),
    of(({ timing }) => timing.decodeBatch),
  ];
}
