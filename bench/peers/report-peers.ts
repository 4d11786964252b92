import { ratio, titled } from "../report-parts.ts";
import type { Cell } from "../table.ts";
import { PROMPT, STEPS, STREAMS } from "./contender.ts";
import type { PeerComparison } from "./peers.ts";

/** How ours fares beside llama.cpp, as a section of the report: ratios are ours to theirs, so more is better. */
export function reportPeers(comparisons: readonly PeerComparison[]): string {
  const facts = `Language models of one shape with random weights, in one process with as many threads, taking turns; the best of several rounds counts, tokens/s. A prompt of ${PROMPT} tokens in one pass, then ${STEPS} tokens, of one stream and of ${STREAMS} in one batch; the likeliest token is taken. Ours: passes of the engine's runner. llama.cpp: node-llama-cpp's build for this CPU, all matrices in Q4_0, or the mixture Q4_K_M. The ratio is ours to theirs.`;
  return ["## Beside llama.cpp", facts, ...comparisons.map(comparison)].join("\n\n");
}

function comparison({ title, rates }: PeerComparison): string {
  const [ours] = rates;
  const rows = rates.map((theirs): Cell[] => [
    theirs.name,
    ...(["prompt", "alone", "together"] as const).flatMap((what) => [
      theirs[what],
      theirs === ours ? "–" : ratio(ours![what], theirs[what]),
    ]),
  ]);
  return titled(title, `engine|prompt|ours to it|one stream|ours to it|${STREAMS} streams|ours to it`, rows);
}
