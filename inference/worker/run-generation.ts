import type { GeneratedText, Prepared } from "../models/model.ts";
import type { Usage } from "../scheduling/request.ts";
import type { GenerationResult } from "../result.ts";
import { StopStrings } from "../text/stop-strings.ts";
import { TextStream } from "../text/text-stream.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import type { ComputeLink, ComputeOptions } from "./compute-link.ts";

interface Generating extends Pick<ComputeOptions, "deadline" | "signal" | "claimant" | "answeredSince"> {
  readonly compute: ComputeLink;
  readonly tokenizer: Tokenizer;
  readonly stop: readonly string[] | undefined;
}

interface Generated {
  readonly result: Omit<GenerationResult, "timing">;
  readonly usage: Usage;
}

/** Has a program generate, and turns its tokens into text; stop strings are looked for while the tokens come. */
export async function runGeneration(prepared: Prepared<GeneratedText>, generating: Generating): Promise<Generated> {
  const { compute, tokenizer, stop = [], answeredSince, ...rest } = generating;
  const watch = stop.length === 0 ? undefined : new StopWatch(tokenizer, stop);
  const { outcome, usage } = await compute.run(prepared.program, {
    ...rest,
    // A whole answer says nothing of where one that is watched would have been ended.
    ...(watch ? { onTokens: (tokenIds: readonly number[]) => watch.push(tokenIds) } : { answeredSince }),
  });
  const { tokenIds, finishReason, ranking } = prepared.finish(outcome);
  if (ranking !== undefined)
    return { result: { text: ranking[0]!.text, tokens: tokenIds.length, tokenIds, finishReason, ranking }, usage };
  const cut = cutAtStop(tokenizer.decode(tokenIds), stop);
  const result = {
    text: cut.text.trim(),
    tokens: tokenIds.length,
    tokenIds,
    finishReason: cut.stopped ? "STOP" : finishReason,
  } as const;
  return { result, usage };
}

/** Follows a growing text until a stop string appears in it. */
class StopWatch {
  readonly #text: TextStream;
  readonly #stop: StopStrings;

  constructor(tokenizer: Tokenizer, stop: readonly string[]) {
    this.#text = new TextStream(tokenizer);
    this.#stop = new StopStrings(stop);
  }

  push(tokenIds: readonly number[]): "continue" | "end" {
    const text = tokenIds.map((tokenId) => this.#text.push(tokenId)).join("");
    return this.#stop.push(text).stopped ? "end" : "continue";
  }
}

/** The text before the first stop string in it. */
function cutAtStop(text: string, stop: readonly string[]): { text: string; stopped: boolean } {
  const places = stop.map((end) => text.indexOf(end)).filter((place) => place >= 0);
  if (places.length === 0) return { text, stopped: false };
  return { text: text.slice(0, Math.min(...places)), stopped: true };
}
