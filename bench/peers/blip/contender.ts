import type { PictureFile } from "../../graphql.ts";
import type { BlipAsk } from "./tasks.ts";

/** A checkpoint in one of the engines that are compared, in one type. */
export interface BlipContender {
  readonly name: string;
  /** Asks the same about all the pictures at once. Seconds, from their files' bytes to the last answer. */
  ask(what: BlipAsk, pictures: readonly PictureFile[]): Promise<number>;
  /** Where a greedy caption's time goes. */
  parts(picture: PictureFile): Promise<PartSeconds>;
}

export interface PartSeconds {
  /** Decoding and resizing. */
  readonly prepare: number;
  /** The vision tower. */
  readonly vision: number;
  /** What cross-attention reads of the tower's states. */
  readonly memory: number;
  /** All steps of the decoder. */
  readonly text: number;
}
