import type { Finished } from "../../inference/scheduling/request.ts";
import { Admission } from "./admission.ts";
import { Device, type Pass, type PassEnd } from "./device.ts";
import type { DeviceKind } from "./device-kinds.ts";
import type { Flight } from "./flight.ts";
import { HeldMemory } from "./held-memory.ts";
import { priorityOf, programOf } from "./load.ts";

/** One device with all that stands before it: admission, and the count of what it holds. */
export class Server {
  readonly admission = new Admission();
  readonly memory: HeldMemory;
  readonly #device: Device;

  constructor(kind: DeviceKind) {
    this.#device = new Device(kind);
    this.memory = new HeldMemory(kind, this.#device);
  }

  get isIdle(): boolean {
    return this.#device.isIdle;
  }

  /** Requests that its scheduler has. */
  get numScheduled(): number {
    return this.#device.scheduler.held.requests;
  }

  /** Takes a request that was let in. */
  add({ id, arrival }: Flight, deadline: number): void {
    const { client, kind } = arrival;
    const program = programOf(arrival);
    this.memory.came(id, program);
    this.#device.add(id, program, { client, priority: priorityOf[kind], deadline, streams: kind === "chat" });
  }

  /** Begins a pass, if there is anything to do. */
  begin(now: number): { readonly pass: Pass | undefined; readonly finished: readonly Finished[] } {
    const pass = this.#device.begin(now);
    if (pass !== undefined) this.memory.began(pass);
    return { pass, finished: this.#finished() };
  }

  end(): PassEnd & { readonly finished: readonly Finished[] } {
    const ended = this.#device.end();
    this.memory.passed(ended.pass);
    return { ...ended, finished: this.#finished() };
  }

  #finished(): readonly Finished[] {
    const finished = this.#device.takeFinished();
    for (const { id } of finished) this.memory.left(id);
    return finished;
  }
}
