import type { Generation } from "./program.ts";

interface Answer {
  readonly generation: Generation;
  /** When the pass was over that it ended with, on the scheduler's clock. */
  readonly endedAt: number;
}

/** What sequences came to of late, by their keys; the latest ended are kept. */
export class RecentAnswers {
  readonly #maxAnswers: number;
  /** In the order in which they ended. */
  readonly #byKey = new Map<string, Answer>();

  constructor(maxAnswers: number) {
    this.#maxAnswers = maxAnswers;
  }

  keep(key: string, answer: Answer): void {
    this.#byKey.delete(key);
    this.#byKey.set(key, answer);
    const [oldest] = this.#byKey.keys();
    if (this.#byKey.size > this.#maxAnswers) this.#byKey.delete(oldest!);
  }

  /** What an equal sequence came to that ended at that time or later. */
  since(time: number, key: string): Generation | undefined {
    const answer = this.#byKey.get(key);
    return answer !== undefined && answer.endedAt >= time ? answer.generation : undefined;
  }
}
