/**
 * Takes the white space from both ends of a text that comes in pieces. What it lets through, joined, is the text
 * trimmed; white space is held back until something comes after it.
 */
export class Trimming {
  #held = "";
  #hasBegun = false;

  /** The text that is certain to be in the trimmed one. */
  push(piece: string): string {
    const text = this.#hasBegun ? this.#held + piece : piece.trimStart();
    const passed = text.trimEnd();
    this.#hasBegun ||= passed !== "";
    this.#held = text.slice(passed.length);
    return passed;
  }
}
