import type { Tokenizer } from "./tokenizer.ts";

/** Tokens that a window may grow to before it is cut. */
const WINDOW = 8;

/** How many of a window's last tokens a cut may keep beside the one that it starts with. */
const KEPT = 4;

/**
 * The end of a text that later tokens may still change: a replacement character, which stands for a UTF-8 sequence that
 * is not complete, and what clean-up may join to its left neighbour (" ' ", " n't", " 'm", " 've" … lose their spaces,
 * and a quote gets one back when a full stop follows).
 */
const UNSETTLED = /(?: {1,2}(?:n? ?'?|'[vr])|')?\uFFFD?$/;

/**
 * Turns token ids into text while they come. The pieces joined are exactly `tokenizer.decode` of all ids; a piece never
 * ends within a character, and never holds text that later ids would change. Only a few of the last ids are decoded
 * with each new one, so its cost does not grow with the text.
 */
export class TextStream {
  readonly #tokenizer: Tokenizer;
  /** The last ids, the first of them only as the left neighbour that decoding the others needs. */
  #window: readonly number[] = [];
  /** Length of the part of the window's text that has been given out, its left neighbour's included. */
  #given = 0;
  #cutAt = WINDOW;

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** The text that is certain once this id is known; often empty. */
  push(tokenId: number): string {
    if (!this.#tokenizer.prints(tokenId)) return "";
    this.#window = [...this.#window, tokenId];
    const text = this.#tokenizer.decode(this.#window);
    const piece = this.#give(text, settledLength(text));
    if (this.#window.length > this.#cutAt) this.#cut(text);
    return piece;
  }

  /** The rest, when no ids will follow. */
  end(): string {
    const text = this.#tokenizer.decode(this.#window);
    return this.#give(text, text.length);
  }

  #give(text: string, end: number): string {
    const piece = text.slice(this.#given, end);
    this.#given = Math.max(this.#given, end);
    return piece;
  }

  /** Shortens the window where that changes nothing; where it cannot be, tries again when it is twice as long. */
  #cut(text: string): void {
    this.#cutAt = 2 * this.#window.length;
    for (let kept = 0; kept <= KEPT; kept++) {
      const cut = this.#cutBefore(this.#window.length - kept, text);
      if (cut === undefined) continue;
      this.#window = cut.window;
      this.#given = cut.given;
      this.#cutAt = WINDOW;
      return;
    }
  }

  /**
   * A window that starts with the token before `place`, if all text before `place` has been given out, and the text
   * after it comes out the same.
   */
  #cutBefore(place: number, text: string): Cut | undefined {
    const before = this.#tokenizer.decode(this.#window.slice(0, place));
    if (before.length > this.#given || !text.startsWith(before)) return undefined;
    const window = this.#window.slice(place - 1);
    const neighbour = this.#tokenizer.decode(window.slice(0, 1));
    const shorter = this.#tokenizer.decode(window);
    const after = text.slice(before.length);
    if (shorter !== neighbour + after) return undefined;
    return { window, given: neighbour.length + this.#given - before.length };
  }
}

interface Cut {
  readonly window: readonly number[];
  readonly given: number;
}

function settledLength(text: string): number {
  return text.search(UNSETTLED);
}
