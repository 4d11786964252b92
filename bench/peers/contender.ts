/** Tokens of a prompt, steps that follow it, and streams that are decoded at once beside the one alone. */
export const PROMPT = 256;
export const STEPS = 24;
export const STREAMS = 8;

/** A language model in one of the engines that are compared. */
export interface Contender {
  readonly name: string;
  /** Computes a prompt, as the first of the streams, up to its likeliest next token. */
  prefill(): Promise<void>;
  /** Gives the other streams their prompts. */
  fill(): Promise<void>;
  /** STEPS tokens of each of the first streams, all in one pass a step. */
  decode(streams: number): Promise<void>;
  /** Takes all streams back to the end of their prompts. */
  rewind(): Promise<void>;
}

export interface ContenderOptions {
  readonly name: string;
  /** Its file or folder. */
  readonly path: string;
  readonly threads: number;
}

/** The prompt's token at a place: speed doesn't depend on which. */
export function tokenOf(place: number): number {
  return 10 + (place % 50);
}
