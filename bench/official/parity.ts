import { join } from "node:path";
import type { ServedDtype } from "../../inference/index.ts";
import type { Cell } from "../table.ts";
import { titled } from "../report-parts.ts";
import { runCommand } from "./command.ts";
import type { Comparison } from "./compare.ts";

/** How a checkpoint compares with transformers in each type. */
export interface Parity {
  readonly name: string;
  readonly layers: number | undefined;
  readonly comparisons: readonly Comparison[];
}

export interface ParityOptions {
  /** Of a Python that has torch and transformers. */
  readonly python: string;
  readonly dtypes: readonly ServedDtype[];
  /** For the reference and quantised weights. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
}

/** Runs transformers over a checkpoint folder, and then ours in each type; one after the other, as memory wants it. */
export async function parityOf(checkpoint: string, options: ParityOptions): Promise<readonly Comparison[]> {
  const { python, dtypes, folder, signal, progress } = options;
  const command = { env: { ...process.env, HF_HUB_OFFLINE: "1" }, signal };
  const reference = join(folder, "reference");
  progress("running transformers");
  await runCommand(python, ["training/official/reference.py", checkpoint, reference], command);
  const comparisons: Comparison[] = [];
  for (const dtype of dtypes) {
    progress(`comparing ${dtype}`);
    const args = ["bench/official/compare-main.ts", checkpoint, reference, dtype, join(folder, "weights")];
    const printed = await runCommand(process.execPath, ["--import", "tsx", ...args], command);
    comparisons.push(JSON.parse(printed) as Comparison);
  }
  return comparisons;
}

/** Differences as Markdown. */
export function reportParity(parities: readonly Parity[]): string {
  const rows = parities.flatMap(({ name, layers, comparisons }) =>
    comparisons.flatMap(({ dtype, differences, tokens }) =>
      differences.map(({ name: result, largest, rms }): Cell[] => [
        ...[name, layers === undefined ? "all" : String(layers), dtype, result],
        ...[largest.toExponential(1), rms.toExponential(1)],
        ...(result === "logits" && tokens
          ? [`${tokens.same} of ${tokens.all}`, percent(tokens.leastMargin)]
          : ["", ""]),
      ]),
    ),
  );
  const header = "checkpoint|layers|in|result|largest difference|rms difference|same tokens|least margin";
  return titled("Against transformers in float32, same weights", header, rows);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
