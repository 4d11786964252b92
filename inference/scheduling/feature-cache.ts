import { byteSize } from "../tensor.ts";
import type { CallOutputs } from "./program.ts";

/** Results of encoder calls kept by key, least recently used out first, bounded in bytes. */
export class FeatureCache {
  readonly maxBytes: number;
  #bytes = 0;
  /** A Map keeps insertion order, so its first key is the least recently used. */
  readonly #entries = new Map<string, CallOutputs>();

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): CallOutputs | undefined {
    const outputs = this.#entries.get(key);
    if (outputs === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, outputs);
    return outputs;
  }

  /** Keeps the outputs, unless they alone are more than the cache holds. */
  set(key: string, outputs: CallOutputs): void {
    this.#remove(key);
    const size = outputBytes(outputs);
    if (size > this.maxBytes) return;
    this.#entries.set(key, outputs);
    this.#bytes += size;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.maxBytes) break;
      this.#remove(oldest);
    }
  }

  #remove(key: string): void {
    const outputs = this.#entries.get(key);
    if (outputs === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= outputBytes(outputs);
  }
}

function outputBytes(outputs: CallOutputs): number {
  return Object.values(outputs).reduce((sum, tensor) => sum + byteSize(tensor), 0);
}
