import { type Program, callId, decodeCallsOf } from "../../inference/scheduling/program.ts";
import type { Device, Pass } from "./device.ts";
import type { DeviceKind } from "./device-kinds.ts";
import { blipDecoder, blipMemory, llavaDecoder, visionValues } from "./networks.ts";

/** BLIP's pixels in float32, as they wait for the tower; LLaVA's are fewer. */
const PIXEL_BYTES = 3 * 384 ** 2 * 4;
const CACHED_VALUES: Readonly<Record<string, number>> = {
  blip: blipDecoder.valuesPerCachedRow,
  llava: llavaDecoder.valuesPerCachedRow,
};

/** Bytes that a device holds. */
export interface Held {
  /** Keys and values of those who run, and what is kept of those who have gone. */
  readonly keysValues: number;
  /** Pictures' features that outlive their requests. */
  readonly features: number;
  /** Pixels of those who wait, and what was computed for them and is not read yet. */
  readonly queues: number;
}

/** What one device holds beside its weights, by what its passes say. */
export class HeldMemory {
  readonly #kind: DeviceKind;
  readonly #device: Device;
  /** By model. */
  readonly #keysValues = new Map<string, number>();
  /** Requests that have not begun, and the call whose outputs each waits with. */
  readonly #waiting = new Map<string, string | undefined>();
  /** By call: how many wait with it. */
  readonly #wanted = new Map<string, number>();
  /** Bytes of calls that are computed, and waited with. */
  readonly #computed = new Map<string, number>();
  #queues = 0;

  constructor(kind: DeviceKind, device: Device) {
    this.#kind = kind;
    this.#device = device;
  }

  get now(): Held {
    const keysValues = [...this.#keysValues.values()].reduce((sum, bytes) => sum + bytes, 0);
    return {
      keysValues,
      features: this.#device.features.bytes,
      queues: this.#queues + this.#waiting.size * PIXEL_BYTES,
    };
  }

  came(id: string, { decode }: Program): void {
    const [call] = decode === undefined ? [] : decodeCallsOf(decode);
    const key = call === undefined ? undefined : callId(call);
    this.#waiting.set(id, key);
    if (key !== undefined) this.#wanted.set(key, (this.#wanted.get(key) ?? 0) + 1);
  }

  left(id: string): void {
    if (!this.#waiting.has(id)) return;
    const key = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (key === undefined) return;
    const others = this.#wanted.get(key)! - 1;
    if (others > 0) this.#wanted.set(key, others);
    else this.#forget(key);
  }

  /** What a decoder is to hold from its pass on; whoever begins with it waits no more. */
  began({ batch, started }: Pass): void {
    for (const id of started) this.left(id);
    if (batch.kind === "encoder") return;
    const { slots, rows, memoryRows } = batch.capacity;
    const kept = this.#device.scheduler.held.keptRows.get(batch.model)!;
    const rowBytes = CACHED_VALUES[batch.model]! * this.#kind.valueBytes;
    this.#keysValues.set(batch.model, (slots * (rows + memoryRows) + kept) * rowBytes);
  }

  passed({ batch }: Pass): void {
    if (batch.kind === "decoder") return;
    const bytes = valuesOfItem(batch.network) * this.#kind.valueBytes;
    for (const { call } of batch.items) {
      const key = callId(call);
      if (!this.#wanted.has(key) || this.#computed.has(key)) continue;
      this.#computed.set(key, bytes);
      this.#queues += bytes;
    }
  }

  #forget(key: string): void {
    this.#wanted.delete(key);
    this.#queues -= this.#computed.get(key) ?? 0;
    this.#computed.delete(key);
  }
}

/** Values of what waits with a request: a caption's memory, a chat's features. */
function valuesOfItem(network: string): number {
  return network === "blip/memory" ? blipMemory.valuesPerItem : visionValues.llava;
}
