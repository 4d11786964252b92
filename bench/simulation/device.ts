import type { Batch, DecoderEntry, EncoderBatch } from "../../inference/scheduling/batch.ts";
import type { DecoderLimits } from "../../inference/scheduling/decoder-limits.ts";
import type { EncoderSpec } from "../../inference/scheduling/encoder-lane.ts";
import { FeatureCache } from "../../inference/scheduling/feature-cache.ts";
import type { Program } from "../../inference/scheduling/program.ts";
import type { Finished, RequestOptions } from "../../inference/scheduling/request.ts";
import { membersOf } from "../../inference/scheduling/requests.ts";
import { Scheduler } from "../../inference/scheduling/scheduler.ts";
import type { Sequence } from "../../inference/scheduling/sequence.ts";
import { type Part, partsOf } from "../../inference/scheduling/standings.ts";
import { passMs } from "./costs.ts";
import { CountedDecoding } from "./counted-decoding.ts";
import type { DeviceKind } from "./device-kinds.ts";
import { memoryRows } from "./networks.ts";
import { Outputs } from "./outputs.ts";

/** As the server has it by default: src/worker-config.ts, and the compute thread's rows of a pass. */
const FEATURE_CACHE_BYTES = 256 * 2 ** 20;
export const [MAX_SEQUENCES, MAX_BATCH, MAX_ROWS_PER_PASS] = [64, 32, 256];
/** Of a caption with its prompt. */
const CAPTION_ROWS = 24;

/** A pass, or a part of one, and for how long the device is busy with it. */
export interface Pass {
  readonly batch: Batch;
  readonly startMs: number;
  readonly ms: number;
  /** Whose sequences begin with it. */
  readonly started: readonly string[];
}

export interface PassEnd {
  readonly pass: Pass;
  /** The sequences that it brought on, for those who watch them. */
  readonly watched: readonly Watched[];
  /** Of a decoder's pass, whom it was for. */
  readonly parts: readonly Part[];
}

/** A request that watches a sequence's tokens come. */
export interface Watched {
  readonly id: string;
  readonly sequence: Sequence;
}

/** The real scheduler of one device, and passes that take as long as the device's kind says. Whoever drives it has the clock. */
export class Device {
  readonly features = new FeatureCache(FEATURE_CACHE_BYTES);
  readonly scheduler: Scheduler;
  readonly #kind: DeviceKind;
  readonly #outputs: Outputs;
  readonly #arrivals: (() => void)[] = [];
  /** Of a pass that is computed in parts, those that are over. */
  readonly #partsDone = new WeakMap<Batch, number>();
  #pass: Pass | undefined;

  constructor(kind: DeviceKind) {
    this.#kind = kind;
    this.#outputs = new Outputs(kind.valueBytes);
    this.scheduler = new Scheduler({
      encoders: new Map(Object.keys(kind.costs.encoders).map((network) => [network, encoderSpec(network)])),
      decoders: decoderLimits(kind),
      cache: this.features,
      startDecoding: (spec) => new CountedDecoding(spec),
    });
  }

  /** Whether no pass is under way. */
  get isIdle(): boolean {
    return this.#pass === undefined;
  }

  /** A request comes; like the engine, the device takes it in between two passes. */
  add(id: string, program: Program, options: RequestOptions): void {
    this.#arrivals.push(() => this.scheduler.add(id, program, options));
  }

  /** Begins the next pass, if there is one. */
  begin(now: number): Pass | undefined {
    for (const arrive of this.#arrivals.splice(0)) arrive();
    const batch = this.scheduler.next(now);
    if (batch === undefined) {
      this.scheduler.settle();
      return undefined;
    }
    const started = this.scheduler.takeStarted().map(({ id }) => id);
    this.#pass = { batch, startMs: now, ms: passMs(batch, this.#kind.costs), started };
    return this.#pass;
  }

  /** The pass is over. */
  end(): PassEnd {
    const pass = this.#pass!;
    this.#pass = undefined;
    // Before those that end leave their sequences.
    const { batch, ms } = pass;
    const [members, parts] = batch.kind === "decoder" ? [membersOf(batch), partsOf(batch, ms)] : [[], []];
    const end = { pass, watched: members.flatMap(watchersOf), parts };
    this.#report(pass);
    return end;
  }

  /** What has ended since the last call, in time or too late. */
  takeFinished(): readonly Finished[] {
    return this.scheduler.takeFinished();
  }

  #report({ batch, ms }: Pass): void {
    if (batch.kind === "decoder") this.scheduler.decoded(batch, ms);
    else if (this.#isOver(batch)) this.scheduler.encoded(batch, this.#outputs.of(batch), ms);
    else this.scheduler.paused(batch, ms);
  }

  #isOver(batch: EncoderBatch): boolean {
    const done = (this.#partsDone.get(batch) ?? 0) + 1;
    this.#partsDone.set(batch, done);
    return done === this.#kind.costs.encoders[batch.network]!.parts;
  }
}

function watchersOf({ sequence }: DecoderEntry): readonly Watched[] {
  const watchers = [...sequence.askers].filter(([, { isWatching }]) => isWatching);
  return watchers.map(([id]) => ({ id, sequence }));
}

function encoderSpec(network: string): EncoderSpec {
  const isVision = network.endsWith("/vision");
  return { cached: isVision, encodesImages: isVision, maxBatch: MAX_BATCH };
}

/** As the worker divides its memory: captions read a picture's memory, chats keep a third for those that begin alike. */
function decoderLimits({ chatRows, mixes }: DeviceKind): ReadonlyMap<string, DecoderLimits> {
  const limits = { maxSequences: MAX_SEQUENCES, maxRowsPerPass: MAX_ROWS_PER_PASS, mixes };
  const captionRows = MAX_SEQUENCES * (memoryRows + CAPTION_ROWS);
  const kept = Math.floor(chatRows / 3);
  return new Map([
    ["blip", { ...limits, maxCachedRows: captionRows, maxKeptRows: 0 }],
    ["llava", { ...limits, maxCachedRows: chatRows - kept, maxKeptRows: kept }],
  ]);
}
