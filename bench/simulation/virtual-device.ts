import type { Batch } from "../../inference/scheduling/batch.ts";
import type { Claimant } from "../../inference/scheduling/claim.ts";
import { Device, type Pass } from "./device.ts";
import type { DeviceKind } from "./device-kinds.ts";
import { captionProgram } from "./programs.ts";

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

/** One device under a clock that its passes move on, and clients who ask anew as soon as they are answered. */
export class VirtualDevice {
  readonly #device: Device;
  readonly #requests = new Map<string, { readonly loop: ClosedLoop; readonly arrivedMs: number }>();
  readonly #served: Served[] = [];
  readonly #used = new Map<string, number>();
  #now = 0;
  #count = 0;

  constructor(kind: DeviceKind) {
    this.#device = new Device(kind);
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
      const pass = this.#device.begin(this.#now);
      if (pass !== undefined) this.#pass(pass);
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
    const { client, priority, tokens } = loop;
    const program = captionProgram("blip", id, { tokens, maxTokens: tokens });
    this.#device.add(id, program, { deadline: Infinity, streams: false, client, priority });
  }

  #pass({ batch, ms }: Pass): void {
    this.#now += ms;
    this.#use(batch, ms);
    this.#device.end();
    for (const { id } of this.#device.takeFinished()) this.#answer(id);
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
