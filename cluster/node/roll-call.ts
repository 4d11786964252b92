import type { Redis } from "ioredis";
import type { ModelInfo, SchedulerView } from "../../inference/index.ts";
import type { Member } from "../member.ts";
import { callRoll } from "../redis/members.ts";

const EVERY_MS = 300;
/** Where Redis has just come back nobody has told that they live: what was served a moment ago is served again soon. */
const REMEMBERED_MS = 3_000;

/** The workers, as this node knows them: asked again and again, and kept while Redis is away. */
export class RollCall {
  readonly #redis: Redis;
  readonly #timer: NodeJS.Timeout;
  readonly #isLoaded: Promise<void>;
  #setLoaded: () => void = () => undefined;
  #members: readonly Member[] = [];
  /** Who told something lately, by id: what, and when. */
  readonly #remembered = new Map<string, { readonly member: Member; readonly at: number }>();
  /** Jobs that this node has given a worker since it told of its own. */
  readonly #given = new Map<string, number>();

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#isLoaded = new Promise((resolve) => (this.#setLoaded = resolve));
    this.#timer = setInterval(() => void this.#ask(), EVERY_MS);
    this.#timer.unref();
    void this.#ask();
  }

  /** Those that live, with what they were given meanwhile. */
  get members(): readonly Member[] {
    return this.#members.map((member) => ({ ...member, jobs: member.jobs + (this.#given.get(member.id) ?? 0) }));
  }

  /** Every model that some worker serves, as the one sees it that has come the furthest with it. */
  get models(): readonly ModelInfo[] {
    const best = new Map<string, ModelInfo>();
    for (const info of [...this.#remembered.values()].flatMap(({ member }) => member.models)) {
      const known = best.get(info.name);
      if (known === undefined || rank(info) > rank(known)) best.set(info.name, info);
    }
    return [...best.values()];
  }

  get view(): SchedulerView {
    const devices = this.#members.flatMap(({ id, devices }) =>
      devices.map((view) => ({ ...view, id: `${id} ${view.id}` })),
    );
    return { devices };
  }

  /** Resolves once there are workers, and all of them have loaded what they serve. */
  ready(): Promise<void> {
    return this.#isLoaded;
  }

  given({ id }: Member): void {
    this.#given.set(id, (this.#given.get(id) ?? 0) + 1);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #remember(alive: readonly Member[], now: number): void {
    for (const [id, { at }] of this.#remembered) if (now - at > REMEMBERED_MS) this.#remembered.delete(id);
    for (const member of alive) this.#remembered.set(member.id, { member, at: now });
  }

  async #ask(): Promise<void> {
    try {
      const { alive } = await callRoll(this.#redis);
      this.#members = alive;
      this.#remember(alive, performance.now());
      this.#given.clear();
      if (alive.length > 0 && alive.every(({ isLoaded }) => isLoaded)) this.#setLoaded();
    } catch {
      // Whoever asks for something new meanwhile is told that Redis is away.
    }
  }
}

function rank({ state }: ModelInfo): number {
  return ["FAILED", "UNLOADED", "LOADING", "READY"].indexOf(state);
}
