import { ratio, titled } from "../../report-parts.ts";
import type { Cell } from "../../table.ts";
import type { ServedComparison } from "./compare.ts";
import { STREAMS, TOKENS } from "./contender.ts";

/** How ours fares beside llama-server, as a section of the report: ratios are ours to theirs, so more is better. */
export function reportServed(comparisons: readonly ServedComparison[]): string {
  const facts = `A LLaVA of one shape with random weights, CLIP's ViT-L/14 at 336 pixels before the language model that is named, served by each with as many threads, asked over HTTP, all up at once and taking turns; the best of several rounds counts. Conversations are a picture, 640×480 JPEG in base64, and a question of a line: 576 rows of the picture and some 50 of text. Tokens/s of one stream and of ${STREAMS} at once, ${TOKENS} tokens each, greedy, whose prompts were computed before: while all of them come. Seconds from asking about a picture that is new until the first token, with decoding it, the tower and the prompt. Ours: npm start with --dtype int4, whose tower is in int8. llama-server: all matrices in Q4_0 with a tower in Q8_0, and the mixture Q4_K_M with a tower in F16; ${STREAMS + 1} slots, its defaults otherwise. The ratio is ours to theirs.`;
  return ["## Beside llama-server", facts, ...comparisons.map(comparison)].join("\n\n");
}

function comparison({ title, rates }: ServedComparison): string {
  const [ours] = rates;
  const rows = rates.map((theirs): Cell[] => {
    const beside = (value: number, reference: number): string => (theirs === ours ? "–" : ratio(value, reference));
    return [
      theirs.name,
      ...[theirs.alone, beside(ours!.alone, theirs.alone)],
      ...[theirs.together, beside(ours!.together, theirs.together)],
      ...[theirs.first.toFixed(2), beside(theirs.first, ours!.first)],
    ];
  });
  const header = `engine|one stream|ours to it|${STREAMS} streams|ours to it|first token, s|ours sooner`;
  return titled(title, header, rows);
}
