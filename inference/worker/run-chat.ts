import type { GeneratedText, Prepared } from "../models/model.ts";
import type { Usage } from "../scheduling/request.ts";
import type { ChatResult } from "../result.ts";
import { AnswerText } from "../text/answer-text.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import type { ComputeLink, ComputeOptions } from "./compute-link.ts";
import type { ChatStep } from "./protocol.ts";

interface Chatting extends Pick<ComputeOptions, "deadline" | "signal" | "claimant"> {
  readonly compute: ComputeLink;
  readonly tokenizer: Tokenizer;
  readonly stop: readonly string[] | undefined;
  /** The tokens that an earlier worker told of. */
  readonly resumedTokenIds: readonly number[];
  readonly tell: (step: ChatStep) => void;
}

interface Chatted {
  readonly result: Omit<ChatResult, "timing">;
  readonly usage: Usage;
}

/** Has a chat's program generate, and tells tokens and text as they come; tokens are settled when they are told. */
export async function runChat(prepared: Prepared<GeneratedText>, chatting: Chatting): Promise<Chatted> {
  const { compute, deadline, signal, claimant, tell, resumedTokenIds } = chatting;
  const answer = new ToldAnswer(new AnswerText(chatting.tokenizer, chatting.stop ?? []), tell, resumedTokenIds);
  const { outcome, usage } = await compute.run(prepared.program, {
    deadline,
    signal,
    claimant,
    onStarted: ({ promptRows, reusedRows, imageCacheHit }) =>
      tell({ type: "started", promptTokens: promptRows, reusedTokens: reusedRows, imageCacheHit }),
    onTokens: (tokenIds) => answer.push(tokenIds),
  });
  const { tokenIds, finishReason } = prepared.finish(outcome);
  const { text, tokens, isStopped } = answer.end(tokenIds);
  const { promptRows: promptTokens, reusedRows: reusedTokens } = usage;
  const end = isStopped ? "STOP" : finishReason;
  return { result: { text, tokens, tokenIds, finishReason: end, promptTokens, reusedTokens }, usage };
}

/** An answer of which some was told already, and the rest is while it comes. */
class ToldAnswer {
  readonly #answer: AnswerText;
  readonly #tell: (step: ChatStep) => void;
  #numTold: number;
  #text: string;

  constructor(answer: AnswerText, tell: (step: ChatStep) => void, resumedTokenIds: readonly number[]) {
    this.#answer = answer;
    this.#tell = tell;
    this.#numTold = resumedTokenIds.length;
    this.#text = answer.push(resumedTokenIds);
  }

  push(tokenIds: readonly number[]): "continue" | "end" {
    this.#told(tokenIds, this.#answer.push(tokenIds));
    return this.#answer.isStopped ? "end" : "continue";
  }

  /** Beams settle only with their outcome; what text was held back comes now. */
  end(tokenIds: readonly number[]): { readonly text: string; readonly tokens: number; readonly isStopped: boolean } {
    const rest = tokenIds.slice(this.#numTold);
    this.#told(rest, this.#answer.push(rest) + this.#answer.end());
    const { numTokens: tokens, isStopped } = this.#answer;
    return { text: this.#text, tokens, isStopped };
  }

  #told(tokenIds: readonly number[], text: string): void {
    this.#numTold += tokenIds.length;
    this.#text += text;
    if (tokenIds.length > 0 || text !== "") this.#tell({ type: "tokens", tokenIds, text });
  }
}
