import type { Finished } from "../../inference/scheduling/request.ts";
import { Xorshift } from "../random.ts";
import { Expectations } from "./admission.ts";
import type { Pass, Watched } from "./device.ts";
import type { DeviceKind } from "./device-kinds.ts";
import { EventQueue } from "./event-queue.ts";
import type { Flight } from "./flight.ts";
import { type Arrival, timeoutMs } from "./load.ts";
import { type ClientPart, Meter, type Window } from "./meter.ts";
import { Router } from "./router.ts";
import { Server } from "./server.ts";

const MAX_ROUTED_PICTURES = 100_000;

export interface FleetOptions {
  readonly kind: DeviceKind;
  readonly devices: number;
  readonly window: Window;
  readonly seed: number;
}

/** Devices behind one router, under a clock that goes from one event to the next. */
export class Fleet {
  readonly meter: Meter;
  /** How often a device had nothing to do while there were requests for it. */
  idleWithWork = 0;
  readonly #options: FleetOptions;
  readonly #router: Router<Server>;
  readonly #expectations = new Expectations();
  readonly #passEnds = new EventQueue<Server>();
  readonly #flights = new Map<string, Flight>();
  /** Who asked for a picture first, of those who wait for it. */
  readonly #askers = new Map<string, string>();
  #count = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.meter = new Meter(options.window, options.kind);
    const random = new Xorshift(options.seed);
    this.#router = new Router({ fraction: () => random.fraction(), maxPictures: MAX_ROUTED_PICTURES });
    for (let i = 0; i < options.devices; i++) this.#router.join(new Server(options.kind));
  }

  get inFlight(): number {
    return this.#flights.size;
  }

  /** A request comes, at a time that the clock has come to. */
  arrive(arrival: Arrival): void {
    const { kind, picture, client } = arrival;
    const route = this.#router.route({ picture, ...this.#expectations.of(kind) });
    const admitted = route.device.admission.enter(arrival);
    this.meter.came(arrival, admitted === "refused" ? "refused" : "in");
    if (admitted === "refused") return this.#router.ended(route);
    const flight: Flight = {
      ...{ id: String(this.#count++), arrival, route, admitted, tokens: 0 },
      ...{ firstTokenMs: undefined, lastTokenMs: undefined },
    };
    this.#flights.set(flight.id, flight);
    if (!this.#askers.has(picture)) this.#askers.set(picture, client);
    route.device.add(flight, this.#deadline(arrival));
    if (route.device.isIdle) this.#begin(route.device, arrival.atMs);
  }

  /** Lets the clock go on to a time: all passes that end by then. */
  until(atMs: number): void {
    while (this.#passEnds.nextMs <= atMs) {
      const now = this.#passEnds.nextMs;
      this.#end(this.#passEnds.take(), now);
    }
  }

  /** One that is behind the end of the clock is as good as none, and no scheduler need look at it. */
  #deadline({ atMs, kind }: Arrival): number {
    const deadline = atMs + timeoutMs[kind];
    return deadline > 2 * this.#options.window.untilMs ? Infinity : deadline;
  }

  #begin(server: Server, now: number): void {
    const { pass, finished } = server.begin(now);
    for (const one of finished) this.#ended(one, now);
    this.meter.holds(server.memory.now, now);
    if (pass !== undefined) this.#passEnds.add(now + pass.ms, server);
    else if (server.numScheduled > 0) this.idleWithWork += 1;
  }

  #end(server: Server, now: number): void {
    const { pass, watched, parts, finished } = server.end();
    this.meter.passed(pass, [...parts, ...this.#partsOf(pass)]);
    for (const one of watched) this.#listen(one, now);
    this.meter.holds(server.memory.now, now);
    for (const one of finished) this.#ended(one, now);
    this.#begin(server, now);
  }

  /** Of an encoder's pass, whom it was for: who asked for each of its pictures first. */
  #partsOf({ batch, ms }: Pass): readonly ClientPart[] {
    if (batch.kind === "decoder") return [];
    const clients = batch.items.map(({ call }) => this.#askers.get(call.key)).filter((client) => client !== undefined);
    return clients.map((client) => ({ claim: { client }, ms: ms / clients.length }));
  }

  /** A chat may have said something in a pass. */
  #listen({ id, sequence }: Watched, now: number): void {
    const flight = this.#flights.get(id);
    const said = sequence.decoding.tokenIds.length;
    if (flight === undefined || said === flight.tokens) return;
    this.meter.said(flight, now);
    if (flight.firstTokenMs === undefined) flight.route.device.admission.began(flight.admitted);
    flight.tokens = said;
    flight.firstTokenMs ??= now;
    flight.lastTokenMs = now;
  }

  #ended(finished: Finished, now: number): void {
    const flight = this.#flights.get(finished.id)!;
    const usage = "usage" in finished ? finished.usage : undefined;
    const { arrival, route, admitted } = flight;
    this.#flights.delete(flight.id);
    if (this.#askers.get(arrival.picture) === arrival.client) this.#askers.delete(arrival.picture);
    route.device.admission.leave(admitted, usage, now);
    this.#router.ended(route);
    if (usage !== undefined) this.#expectations.answered(arrival.kind, usage, now);
    this.meter.ended(flight, now, usage);
  }
}
