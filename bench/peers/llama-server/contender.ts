import type { PictureFile } from "../../graphql.ts";

/** Streams that are decoded at once beside the one alone, and tokens of each. */
export const STREAMS = 8;
export const TOKENS = 48;

/** Asked about every picture. */
export const QUESTION = "What is in the picture?";

/** An answer as its client saw it; times on performance.now(). */
export interface Answer {
  readonly askedAt: number;
  /** When each token came. */
  readonly tokenTimes: readonly number[];
}

/** A picture that is asked about by the client of that number, who asks again and again. */
export interface Conversation {
  readonly client: number;
  readonly picture: PictureFile;
}

/** A server of a LLaVA, asked over HTTP as its users ask it. */
export interface ServedContender {
  readonly name: string;
  answer(conversation: Conversation, tokens: number): Promise<Answer>;
}
