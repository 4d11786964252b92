import { ratio, titled } from "../../report-parts.ts";
import type { Cell } from "../../table.ts";
import { PROMPT, STEPS, STREAMS } from "../contender.ts";
import type { TransformersJsComparison } from "./compare.ts";

/** How ours fares beside transformers.js, as a section of the report: ratios are ours to theirs, so more is better. */
export function reportTransformersJs(comparisons: readonly TransformersJsComparison[]): string {
  const [first] = comparisons as [TransformersJsComparison];
  const facts = `Language models of one shape with random weights, each in a process of its own with as many threads, request by request in turn; the best of several counts, tokens/s. A prompt of ${PROMPT} tokens, then ${STEPS} tokens, greedy. transformers.js ${first.version}: generate() on the CPU with dtype q4, of a graph as its published exports have it (MatMulNBits in blocks of 32 with accuracy_level 4, GroupQueryAttention, num_logits_to_keep), one request, and a batch of ${STREAMS}; requests one after the other, as a server on it takes them, come as quickly as one. Ours: passes of the engine's runner in int4. Both run onnxruntime-node 1.30.0. The ratio is ours to theirs.`;
  return ["## Beside transformers.js", facts, ...comparisons.map(comparison)].join("\n\n");
}

function comparison({ title, ours, theirs }: TransformersJsComparison): string {
  const row = (what: string, own: number, other: number): Cell[] => [what, own, other, ratio(own, other)];
  const rows = [
    row("prompt", ours.prompt, theirs.prompt),
    row("one stream", ours.alone, theirs.alone),
    row(`${STREAMS} streams beside a batch of ${STREAMS}`, ours.together, theirs.together),
    row(`${STREAMS} streams beside ${STREAMS} one after the other`, ours.together, theirs.alone),
  ];
  return titled(title, "what|Triptych, int4|transformers.js, q4|ours to it", rows);
}
