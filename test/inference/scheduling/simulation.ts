import { InferenceError } from "../../../inference/errors.ts";
import type { Batch, EncoderBatch } from "../../../inference/scheduling/batch.ts";
import { numRowsOf } from "../../../inference/scheduling/decoder-pass.ts";
import { FeatureCache } from "../../../inference/scheduling/feature-cache.ts";
import type { Finished } from "../../../inference/scheduling/request.ts";
import { Scheduler } from "../../../inference/scheduling/scheduler.ts";
import { outputsOf, ScriptedDecoding } from "./fake-programs.ts";
import { Parts } from "./parts.ts";
import type { Arrival, Limits, When, Workload } from "./workload.ts";

/** What a simulation tells of; each may throw. */
export interface Watch {
  added?(id: string, arrival: Arrival): void;
  /** Before the pass runs. */
  pass?(batch: Batch): void;
  /** After a pass was handed back, or broke, or came to the end of a part. */
  passed?(batch: Batch, how: "done" | "broken" | "paused"): void;
  finished?(finished: Finished): void;
  left?(id: string): void;
}

const MS_OF_ROW = 0.05;

export const BROKEN = "broken by the test";

/** Plays a workload to a scheduler under a clock that counts milliseconds, one to a pass, until all is done. */
export class Simulation {
  readonly scheduler: Scheduler;
  readonly cache: FeatureCache;
  readonly #workload: Workload;
  readonly #watches: readonly Watch[];
  readonly #parts: Parts;
  #now = 0;
  #passes = 0;

  constructor(workload: Workload, watches: readonly Watch[]) {
    this.#workload = workload;
    this.#watches = watches;
    this.#parts = new Parts(workload.limits.visionParts);
    this.cache = new FeatureCache(workload.limits.cacheBytes);
    this.scheduler = newScheduler(workload.limits, this.cache);
  }

  /** The number of passes that it took. */
  run(): number {
    const last = Math.max(...this.#workload.requests.flatMap(({ at, leaves }) => [at, leaves?.at ?? 0]));
    for (let busy = true; busy || this.#now <= last + 1; this.#now++) {
      this.#change("before");
      busy = this.#pass();
      if (!busy) this.#change("during");
    }
    return this.#passes;
  }

  #change(when: When): void {
    this.#leave(when);
    this.#arrive(when);
  }

  #arrive(when: When): void {
    this.#workload.requests.forEach((arrival, i) => {
      if (arrival.at !== this.#now || arrival.when !== when) return;
      this.#tell((watch) => watch.added?.(String(i), arrival));
      this.scheduler.add(String(i), arrival.program, arrival);
      this.#finish();
    });
  }

  #leave(when: When): void {
    this.#workload.requests.forEach((arrival, i) => {
      const { leaves } = arrival;
      if (leaves?.at !== this.#now || leaves.when !== when || !this.#hasArrived(arrival, when)) return;
      this.scheduler[leaves.how](String(i));
      if (leaves.how === "cancel") this.#tell((watch) => watch.left?.(String(i)));
      this.#finish();
    });
  }

  /** Before anything that happens now. */
  #hasArrived(arrival: Arrival, now: When): boolean {
    return arrival.at < this.#now || (arrival.at === this.#now && arrival.when === "before" && now === "during");
  }

  #pass(): boolean {
    const batch = this.scheduler.next(this.#now);
    this.#finish();
    if (batch === undefined) return false;
    this.#tell((watch) => watch.pass?.(batch));
    this.#change("during");
    const how = this.#workload.broken.has(this.#passes++) ? "broken" : this.#parts.next(batch);
    if (how === "broken") this.scheduler.failed(batch, new InferenceError("INTERNAL_SERVER_ERROR", BROKEN));
    else if (how === "paused") this.scheduler.paused(batch as EncoderBatch, 1);
    else this.#handBack(batch);
    this.#finish();
    this.#tell((watch) => watch.passed?.(batch, how));
    return true;
  }

  #handBack(batch: Batch): void {
    // Beside a pass, its rows cost something, so that it is seen when they had better come together.
    if (batch.kind === "decoder") this.scheduler.decoded(batch, 1 + MS_OF_ROW * numRowsOf(batch));
    else
      this.scheduler.encoded(
        batch,
        batch.items.map(({ call }) => outputsOf(call)),
        1,
      );
  }

  #finish(): void {
    for (const finished of this.scheduler.takeFinished()) this.#tell((watch) => watch.finished?.(finished));
  }

  #tell(what: (watch: Watch) => void): void {
    for (const watch of this.#watches) what(watch);
  }
}

function newScheduler({ maxBatch, ...limits }: Limits, cache: FeatureCache): Scheduler {
  const networks = ["m", "n"].flatMap((model) =>
    ["vision", "text", "memory", "pair"].map((name) => `${model}/${name}`),
  );
  const spec = (network: string) => {
    const encodesImages = network.endsWith("/vision");
    return { cached: encodesImages || network.endsWith("/text"), encodesImages, maxBatch };
  };
  return new Scheduler({
    encoders: new Map(networks.map((network) => [network, spec(network)])),
    decoders: new Map(["m", "n"].map((model) => [model, limits])),
    cache,
    startDecoding: (decode) => new ScriptedDecoding(decode),
  });
}
