/** Runs checks one after another, and says a line of each. */
export class Checklist {
  #passed = 0;
  #failed = 0;

  /** Whether none has failed. */
  get isClean(): boolean {
    return this.#failed === 0;
  }

  /** The last line: how many passed, and how many did not. */
  get summary(): string {
    return `${this.#passed} passed, ${this.#failed} failed`;
  }

  /** A check passes by resolving. Its failure is said, and does not keep the next from running. */
  async check(promise: string, run: () => Promise<void>): Promise<void> {
    const start = performance.now();
    try {
      await run();
      this.#passed += 1;
      console.log(`  ok      ${promise} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    } catch (error) {
      this.#failed += 1;
      console.log(`  FAILED  ${promise}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
