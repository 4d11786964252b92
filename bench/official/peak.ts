import { groupMemory, type GroupMemory } from "../process-memory.ts";
import { Sampling } from "../sampling.ts";

/** Watches the memory of a process group until it is ended. */
export class PeakMemory implements Disposable {
  readonly #group: number;
  readonly #sampling: Sampling;
  #anonymous = 0;
  #files = 0;
  #resident = 0;

  constructor(group: number) {
    this.#group = group;
    this.#sampling = new Sampling(() => this.#sample());
  }

  /** The most so far; undefined where the system does not tell. */
  get(): GroupMemory | undefined {
    this.#sample();
    return this.#resident === 0 ? undefined : { anonymous: this.#anonymous, files: this.#files, peak: this.#resident };
  }

  #sample(): void {
    const memory = groupMemory(this.#group);
    if (memory === undefined) return;
    this.#anonymous = Math.max(this.#anonymous, memory.anonymous);
    this.#files = Math.max(this.#files, memory.files);
    this.#resident = Math.max(this.#resident, memory.peak);
  }

  [Symbol.dispose](): void {
    this.#sampling.stop();
  }
}
