import type { ChatMessage, ChatProgress } from "../../inference/index.ts";
import type { Asked } from "./asked.ts";
import type { Chunk } from "./chunk.ts";

/** A guess at what a prompt comes to, for servers that only tell at the end: a picture has the patches of LLaVA-1.5's. */
const CHARACTERS_PER_TOKEN = 4;
const TOKENS_PER_PICTURE = 576;

/**
 * An answer as it comes. The protocol tells texts and no tokens: the numbers of the tokens in the answer, from 0, stand for
 * their ids. So who goes on with it elsewhere knows how many there were, and goes on from the text.
 */
export class Answer {
  readonly #asked: Asked;
  readonly #tell: (progress: ChatProgress) => void;
  #text: string;
  #tokens: number;
  /** When it was asked for last. */
  #tokensBefore: number;
  #isCounted = false;
  #prompt: { readonly tokens: number; readonly reused: number } | undefined;
  #isStarted = false;
  #firstAt: number | undefined;
  #promptMs: number | undefined;

  constructor(asked: Asked, tell: (progress: ChatProgress) => void) {
    this.#asked = asked;
    this.#tell = tell;
    this.#text = asked.prior.text;
    this.#tokens = this.#tokensBefore = asked.prior.tokens;
  }

  /** All that was said, before this answer was asked for too. */
  get text(): string {
    return this.#text;
  }

  get tokens(): number {
    return this.#tokens;
  }

  /** Its tokens' numbers. */
  get tokenIds(): readonly number[] {
    return numbers(0, this.#tokens);
  }

  get promptTokens(): number {
    return this.#prompt?.tokens ?? promptGuess(this.#asked.messages);
  }

  get reusedTokens(): number {
    return this.#prompt?.reused ?? 0;
  }

  /** When its first words came, on performance.now(); undefined where there are none. */
  get firstAt(): number | undefined {
    return this.#firstAt;
  }

  /** What the server took for the prompt, milliseconds, where it tells. */
  get promptMs(): number | undefined {
    return this.#promptMs;
  }

  /** It is asked for what is missing of it. */
  askedAgain(): void {
    [this.#tokensBefore, this.#isCounted] = [this.#tokens, false];
  }

  push(chunk: Chunk, now: number): void {
    this.#firstAt ??= now;
    this.#promptMs ??= chunk.promptMs;
    this.#count(chunk);
    const before = this.#tokens;
    this.#tokens = Math.max(before, this.#tokensBy(chunk));
    if (chunk.text === "" && this.#tokens === before) return;
    this.#text += chunk.text;
    this.#start();
    this.#tell({ type: "delta", text: chunk.text, tokenIds: numbers(before, this.#tokens), tokens: this.#tokens });
  }

  /** Of an answer of no words there is a beginning, too. */
  end(): void {
    this.#start();
  }

  /** The first chunk that tells, or the first text, has what is known then; the result has what is known in the end. */
  #count({ promptTokens, reusedTokens = 0 }: Chunk): void {
    if (promptTokens === undefined) return;
    const again = this.#tokensBefore;
    this.#prompt ??= { tokens: Math.max(0, promptTokens - again), reused: Math.min(reusedTokens, promptTokens) };
  }

  /** How many there are by what a chunk tells; an end token, which comes with no text, is none. */
  #tokensBy({ tokens, text, isSummary, finishReason }: Chunk): number {
    if (tokens === undefined) return this.#tokens + (text === "" ? 0 : 1);
    if (isSummary && this.#isCounted) return this.#tokens;
    if (finishReason === "STOP" && text === "") return this.#tokens;
    this.#isCounted = true;
    return this.#tokensBefore + tokens;
  }

  #start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    const { promptTokens, reusedTokens } = this;
    this.#tell({ type: "started", promptTokens, reusedTokens, imageCacheHit: false });
  }
}

function promptGuess(messages: readonly ChatMessage[]): number {
  return messages.reduce(
    (sum, { text, images }) => sum + Math.ceil(text.length / CHARACTERS_PER_TOKEN) + images.length * TOKENS_PER_PICTURE,
    0,
  );
}

/** From one to before another. */
function numbers(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
