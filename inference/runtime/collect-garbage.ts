import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let collect: (() => void) | undefined;

/**
 * Has V8 give back what is no longer referred to, within about 10 ms of this thread. By itself it waits for tens of MB
 * more, and an array of keys and values that large counts for it like any other.
 */
export function collectGarbage(): void {
  collect ??= exposed();
  collect();
}

/** The function that V8 gives to contexts that are made after the flag is set. */
function exposed(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

/**
 * Counts the bytes of arrays that nobody refers to any more, so that they are collected when they are many. V8 marks such
 * arrays between the tasks of a thread: while one task replaces them they would all stay.
 */
export class Discarded {
  #bytes = 0;

  add({ byteLength }: ArrayBufferView): void {
    this.#bytes += byteLength;
  }

  /** Collects what was added, if it is at least so many bytes. */
  collectFrom(bytes: number): void {
    if (this.#bytes < bytes) return;
    collectGarbage();
    this.#bytes = 0;
  }
}
