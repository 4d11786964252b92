/** Places for jobs, of all queues together. */
export class Places {
  readonly #slots: number;
  readonly #onFree: () => void;
  #taken = 0;

  /** `onFree` is called whenever there is a place where there was none. */
  constructor(slots: number, onFree: () => void) {
    this.#slots = slots;
    this.#onFree = onFree;
  }

  get hasFree(): boolean {
    return this.#taken < this.#slots;
  }

  take(): void {
    this.#taken += 1;
  }

  leave(): void {
    this.#taken -= 1;
    if (this.#taken === this.#slots - 1) this.#onFree();
  }
}
