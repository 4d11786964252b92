import { InferenceError } from "../inference/index.ts";

/** Hits or pictures on one page. */
export const maxFirst = 100;
/** Pixels of the sides of copies of a picture, at most. */
export const copyWidths = [160, 320, 640, 1280] as const;
export type CopyWidth = (typeof copyWidths)[number];
/** Candidates that ITM may be asked about. */
export const maxRerank = 256;
/** Texts that may be ranked at once. */
export const maxTexts = 1_024;

/** Throws BAD_USER_INPUT unless `value` is an integer of 0 … `max`. */
export function requireCount(name: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= max) return;
  throw new InferenceError("BAD_USER_INPUT", `\`${name}\` must be a whole number from 0 to ${max}, not ${value}`);
}

/** Throws BAD_USER_INPUT for a text of nothing but space. */
export function requireText(name: string, value: string): void {
  if (value.trim() !== "") return;
  throw new InferenceError("BAD_USER_INPUT", `\`${name}\` must say something`);
}
