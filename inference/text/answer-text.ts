import { StopStrings } from "./stop-strings.ts";
import { TextStream } from "./text-stream.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { Trimming } from "./trimming.ts";

/**
 * The text of an answer while its tokens come: whole characters, nothing from a stop string on, no white space at its
 * ends. What it gives depends on the tokens alone, not on how they come together: so it can be taken up again by giving it
 * the same tokens.
 */
export class AnswerText {
  readonly #text: TextStream;
  readonly #stops: StopStrings;
  readonly #trimming = new Trimming();
  #numTokens = 0;
  #isStopped = false;

  constructor(tokenizer: Tokenizer, stops: readonly string[]) {
    this.#text = new TextStream(tokenizer);
    this.#stops = new StopStrings(stops);
  }

  /** Tokens so far, up to and with the one that brought a stop string. */
  get numTokens(): number {
    return this.#numTokens;
  }

  /** Whether a stop string has come: nothing will follow. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** The text that is certain once these tokens are known. */
  push(tokenIds: readonly number[]): string {
    return tokenIds.map((tokenId) => this.#push(tokenId)).join("");
  }

  /** The rest, when no tokens will follow. */
  end(): string {
    if (this.#isStopped) return "";
    const last = this.#pass(this.#text.end());
    return last + this.#trimming.push(this.isStopped ? "" : this.#stops.end().text);
  }

  #push(tokenId: number): string {
    if (this.#isStopped) return "";
    this.#numTokens += 1;
    return this.#pass(this.#text.push(tokenId));
  }

  #pass(piece: string): string {
    const { text, stopped } = this.#stops.push(piece);
    this.#isStopped = stopped;
    return this.#trimming.push(text);
  }
}
