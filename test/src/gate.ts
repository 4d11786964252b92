/** Lets so many pass as the test says. */
export class Gate {
  readonly #waiting: (() => void)[] = [];
  #open = 0;

  pass<T>(value: T): Promise<T> {
    return new Promise((resolve) => {
      this.#waiting.push(() => resolve(value));
      this.open(0);
    });
  }

  open(more: number): void {
    this.#open += more;
    for (; this.#open > 0 && this.#waiting.length > 0; this.#open--) this.#waiting.shift()!();
  }
}
