import type { Claim } from "../../inference/scheduling/claim.ts";
import type { Usage } from "../../inference/scheduling/request.ts";
import type { CostModel } from "./costs.ts";
import type { DeviceKind } from "./device-kinds.ts";
import type { Pass } from "./device.ts";
import type { Flight } from "./flight.ts";
import type { Held } from "./held-memory.ts";
import { leastMs } from "./least-time.ts";
import { type Arrival, kinds, type Kind } from "./load.ts";
import { isGood, type Targets } from "./targets.ts";

/** What became of requests. */
export interface Counts {
  arrived: number;
  refused: number;
  /** In time. */
  answered: number;
  /** Not done by their deadlines. */
  late: number;
}

/** What of a pass was for one client. */
export interface ClientPart {
  readonly claim: Pick<Claim, "client">;
  readonly ms: number;
}

export interface ClientFigures {
  arrived: number;
  refused: number;
  /** Milliseconds of devices. */
  serviceMs: number;
  /** Milliseconds that its answers took. */
  readonly times: number[];
}

/** What was seen in a window of the clock. */
export interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Takes down what happens; of what counts in a window, only what happens in it. */
export class Meter {
  /** Since the clock began. */
  readonly all = counts();
  /** In the window, by kind. */
  readonly byKind: Readonly<Record<Kind, Counts>> = { caption: counts(), index: counts(), chat: counts() };
  /** Answers that were soon enough for whoever waits for them. */
  good = 0;
  /** Milliseconds that answers took, until the last token. */
  readonly times: Readonly<Record<Kind, number[]>> = { caption: [], index: [], chat: [] };
  readonly byClient = new Map<string, ClientFigures>();
  /** Milliseconds until a chat's first token, and between its tokens. */
  readonly firstTokens: number[] = [];
  readonly gaps: number[] = [];
  /** The most that a device held at a time. */
  most: Held = { keysValues: 0, features: 0, queues: 0 };
  busyMs = 0;
  /** Milliseconds of devices that were for requests that were answered in the window. */
  usefulMs = 0;
  /** What was done in full passes would have taken so long. */
  leastMs = 0;
  readonly #window: Window;
  readonly #costs: CostModel;
  readonly #targets: Targets;

  constructor(window: Window, { costs, targets }: Pick<DeviceKind, "costs" | "targets">) {
    this.#window = window;
    this.#costs = costs;
    this.#targets = targets;
  }

  came({ kind, atMs, client }: Arrival, outcome: "in" | "refused"): void {
    this.#count(kind, "arrived", atMs);
    if (outcome === "refused") this.#count(kind, "refused", atMs);
    if (!this.#sees(atMs)) return;
    const own = this.#client(client);
    own.arrived += 1;
    if (outcome === "refused") own.refused += 1;
  }

  /** A request was answered in time; or without `usage`, was not. */
  ended(flight: Flight, now: number, usage: Usage | undefined): void {
    const { arrival } = flight;
    this.#count(arrival.kind, usage === undefined ? "late" : "answered", now);
    if (usage === undefined || !this.#sees(now)) return;
    this.usefulMs += usage.deviceMs;
    this.times[arrival.kind].push(now - arrival.atMs);
    this.#client(arrival.client).times.push(now - arrival.atMs);
    if (isGood(flight, now, this.#targets)) this.good += 1;
  }

  /** A chat has said a token. */
  said({ arrival, lastTokenMs }: Flight, now: number): void {
    if (!this.#sees(now)) return;
    if (lastTokenMs === undefined) this.firstTokens.push(now - arrival.atMs);
    else this.gaps.push(now - lastTokenMs);
  }

  /** A pass is over, which was for some clients in part. */
  passed({ batch, startMs, ms }: Pass, parts: readonly ClientPart[]): void {
    const { fromMs, untilMs } = this.#window;
    this.busyMs += Math.max(0, Math.min(startMs + ms, untilMs) - Math.max(startMs, fromMs));
    if (!this.#sees(startMs + ms)) return;
    this.leastMs += leastMs(batch, this.#costs);
    for (const { claim, ms } of parts) this.#client(claim.client).serviceMs += ms;
  }

  holds({ keysValues, features, queues }: Held, now: number): void {
    if (!this.#sees(now)) return;
    this.most = {
      keysValues: Math.max(this.most.keysValues, keysValues),
      features: Math.max(this.most.features, features),
      queues: Math.max(this.most.queues, queues),
    };
  }

  /** Of all kinds, in the window. */
  get seen(): Counts {
    const total = counts();
    for (const kind of kinds) for (const name of OUTCOMES) total[name] += this.byKind[kind][name];
    return total;
  }

  #client(name: string): ClientFigures {
    const own = this.byClient.get(name) ?? { arrived: 0, refused: 0, serviceMs: 0, times: [] };
    this.byClient.set(name, own);
    return own;
  }

  #count(kind: Kind, outcome: keyof Counts, atMs: number): void {
    this.all[outcome] += 1;
    if (this.#sees(atMs)) this.byKind[kind][outcome] += 1;
  }

  #sees(atMs: number): boolean {
    return atMs >= this.#window.fromMs && atMs < this.#window.untilMs;
  }
}

const OUTCOMES = ["arrived", "refused", "answered", "late"] as const;

function counts(): Counts {
  return { arrived: 0, refused: 0, answered: 0, late: 0 };
}
