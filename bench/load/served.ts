import type { Target } from "../level.ts";
import { serving, type MeasureOptions } from "../measure.ts";
import { processesOf } from "../process-memory.ts";
import type { ServedSubject } from "../subject.ts";
import { CLIENT_HEADER } from "./asker.ts";
import { Crowd, type CrowdJob } from "./crowd.ts";
import { loadAverage, type LoadSection, type Party } from "./mark.ts";
import { ProcessorTime, type Shares } from "./processor-time.ts";

/** A measurement without what is counted beside it. */
export type Measured = Omit<LoadSection, "shares" | "loadAverage">;

/** Serves a checkpoint whose clients are told apart, and counts who has the processors meanwhile. */
export function underLoad(
  subject: ServedSubject,
  options: MeasureOptions,
  measure: (loaded: Loaded) => Promise<Measured>,
): Promise<LoadSection> {
  const flags = ["--client-header", CLIENT_HEADER, ...(subject.flags ?? [])];
  return serving({ ...subject, flags }, options, async (target) => {
    const loaded = new Loaded(target, options);
    try {
      const measured = await measure(loaded);
      return { ...measured, shares: loaded.shares, loadAverage: loadAverage() };
    } finally {
      loaded.disperse();
    }
  });
}

/** A server under load, and those who send it. */
export class Loaded {
  readonly target: Target;
  /** The ids of its processes. */
  readonly api: number;
  readonly worker: number;
  readonly progress: MeasureOptions["progress"];
  readonly #signal: AbortSignal;
  readonly #crowds: Crowd[] = [];
  #shares: Shares<Party> | undefined;

  constructor(target: Target, { signal, progress }: MeasureOptions) {
    this.target = target;
    this.api = target.api.pid!;
    this.worker = processesOf(this.api)!.find((pid) => pid !== this.api)!;
    this.progress = progress;
    this.#signal = signal;
  }

  /** Of the processors while `counted` was at work the last time. */
  get shares(): Shares<Party> {
    if (this.#shares === undefined) throw new Error("Nothing was counted.");
    return this.#shares;
  }

  /** Clients in a process of their own, until the measurement is over. */
  async gather(job: Omit<CrowdJob, "url">): Promise<Crowd> {
    const crowd = await Crowd.gather({ ...job, url: this.target.graph.url }, this.#signal);
    this.#crowds.push(crowd);
    return crowd;
  }

  /** Does something while the processors' time is counted. */
  async counted<T>(work: () => Promise<T>): Promise<T> {
    const load = [process.pid, ...this.#crowds.map(({ pid }) => pid)];
    const time = new ProcessorTime<Party>({ API: [this.api], worker: [this.worker], load });
    const result = await work();
    this.#shares = time.take();
    return result;
  }

  /** Ends all crowds. */
  disperse(): void {
    for (const crowd of this.#crowds) crowd.disperse();
  }
}
