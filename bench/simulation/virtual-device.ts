import type { Batch } from "../../inference/scheduling/batch.ts";
import type { Claimant } from "../../inference/scheduling/claim.ts";
import { FeatureCache } from "../../inference/scheduling/feature-cache.ts";
import { Scheduler } from "../../inference/scheduling/scheduler.ts";
import { type CostModel, passMs } from "./costs.ts";
import { captionProgram, CountedDecoding, outputsOf } from "./programs.ts";

/** A client that always has so many captions in flight. */
export interface ClosedLoop extends Claimant {
  readonly client: string;
  readonly concurrency: number;
  readonly tokens: number;
  /** When its first requests come, milliseconds. @default 0 */
  readonly startMs?: number;
}

/** A request that ended. */
export interface Served {
  readonly client: string;
  readonly arrivedMs: number;
  readonly doneMs: number;
}

const MODEL = "blip";
const LIMITS = { maxSequences: 64, maxCachedRows: 100_000, maxKeptRows: 0, maxRowsPerPass: 256 };

/** The real scheduler under a clock that a cost model moves on. */
export class VirtualDevice {
  readonly #costs: CostModel;
  readonly #scheduler: Scheduler;
  readonly #parts = new WeakMap<Batch, number>();
  readonly #requests = new Map<string, { readonly loop: ClosedLoop; readonly arrivedMs: number }>();
  readonly #served: Served[] = [];
  readonly #used = new Map<string, number>();
  #now = 0;
  #count = 0;

  constructor(costs: CostModel) {
    this.#costs = costs;
    const spec = { cached: false, encodesImages: true, maxBatch: 32 };
    this.#scheduler = new Scheduler({
      encoders: new Map(["vision", "memory"].map((name) => [`${MODEL}/${name}`, spec])),
      decoders: new Map([[MODEL, LIMITS]]),
      cache: new FeatureCache(0),
      startDecoding: (decode) => new CountedDecoding(decode),
    });
  }

  /** Milliseconds of the device by client; what a pass takes is shared by its items, or its rows. */
  get usedMs(): ReadonlyMap<string, number> {
    return this.#used;
  }

  /** Serves the clients until then; all requests that ended. */
  run(loops: readonly ClosedLoop[], untilMs: number): readonly Served[] {
    const waiting = [...loops].sort((a, b) => startOf(a) - startOf(b));
    while (this.#now < untilMs) {
      while (waiting.length > 0 && startOf(waiting[0]!) <= this.#now) this.#begin(waiting.shift()!);
      const batch = this.#scheduler.next(this.#now);
      if (batch !== undefined) this.#pass(batch);
      else if (waiting.length > 0) this.#now = startOf(waiting[0]!);
      else break;
    }
    return this.#served;
  }

  #begin(loop: ClosedLoop): void {
    for (let i = 0; i < loop.concurrency; i++) this.#ask(loop);
  }

  #ask(loop: ClosedLoop): void {
    const id = String(this.#count++);
    this.#requests.set(id, { loop, arrivedMs: this.#now });
    const { client, priority } = loop;
    this.#scheduler.add(id, captionProgram(MODEL, id, loop.tokens), {
      deadline: Infinity,
      streams: false,
      client,
      priority,
    });
  }

  #pass(batch: Batch): void {
    const ms = passMs(batch, this.#costs);
    this.#now += ms;
    this.#use(batch, ms);
    if (batch.kind === "decoder") this.#scheduler.decoded(batch, ms);
    else if (this.#isLastPart(batch))
      this.#scheduler.encoded(
        batch,
        batch.items.map(({ call }) => outputsOf(call)),
        ms,
      );
    else this.#scheduler.paused(batch, ms);
    for (const { id } of this.#scheduler.takeFinished()) this.#answer(id);
    this.#scheduler.takeStarted();
  }

  #use(batch: Batch, ms: number): void {
    const ids =
      batch.kind === "encoder"
        ? batch.items.map(({ call }) => call.key)
        : batch.entries.flatMap(({ sequence, numRows }) => Array<string>(numRows).fill(sequence.id));
    for (const id of ids) {
      const { client } = this.#requests.get(id)!.loop;
      this.#used.set(client, (this.#used.get(client) ?? 0) + ms / ids.length);
    }
  }

  #isLastPart(batch: Extract<Batch, { kind: "encoder" }>): boolean {
    if (!batch.network.endsWith("/vision")) return true;
    const done = (this.#parts.get(batch) ?? 0) + 1;
    this.#parts.set(batch, done);
    return done === this.#costs.visionParts;
  }

  #answer(id: string): void {
    const { loop, arrivedMs } = this.#requests.get(id)!;
    this.#requests.delete(id);
    this.#served.push({ client: loop.client, arrivedMs, doneMs: this.#now });
    this.#ask(loop);
  }
}

function startOf({ startMs = 0 }: ClosedLoop): number {
  return startMs;
}
