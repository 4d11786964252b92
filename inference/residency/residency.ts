import { type MemoryBudget, type ModelNeed, ownBytes, refusal, roomOf } from "./memory-budget.ts";
import { firstWaitedFor, isInMemory, makeRoom, newResident, type Resident, sendHeld } from "./resident.ts";

export type ResidencyStep =
  /** The worker is to load the model beside what it has; who waits for it goes to the worker. */
  | { readonly kind: "load"; readonly model: string }
  /** The worker is to be replaced by one that has the `residents`, and no others. */
  | { readonly kind: "replace" }
  /** Who waits for the model goes to the worker, which has it still. */
  | { readonly kind: "release"; readonly model: string }
  /** The model cannot be loaded as memory has turned out to be, and who waits for it fails. */
  | { readonly kind: "refuse"; readonly model: string };

/** Where a request for a model goes: to the worker, or to wait until its model is there. */
export type Admission = "send" | "hold";

/**
 * Decides which models are in memory. Pure: it sees time only as `now`. At first those that are pinned, then as many as
 * fit in the order of serving. One that is asked for is loaded beside the others where it fits; else the least recently
 * used that are not pinned make room, once nobody runs in them: who asks for one of these meanwhile waits behind.
 *
 * A model gives its memory back with its worker, so to unload is to replace the worker.
 */
export class Residency {
  readonly #models: ReadonlyMap<string, Resident>;
  readonly #refusals = new Map<string, string>();
  #budget: MemoryBudget;
  /** Models that are to make room as soon as nobody runs in them. */
  #draining: readonly Resident[] = [];

  constructor(names: readonly string[], budget: MemoryBudget) {
    const residents = names.map((name) => newResident(name, budget.pinned.includes(name)));
    this.#models = new Map(residents.map((resident) => [resident.name, resident]));
    this.#budget = budget;
    this.#begin();
  }

  /** Models that the worker has, or is to have. */
  get residents(): readonly string[] {
    return this.#inMemory.map(({ name }) => name);
  }

  /** Why models cannot be served at all, by name. */
  get refusals(): ReadonlyMap<string, string> {
    return this.#refusals;
  }

  /** Of a model that is not in memory: whether somebody waits for it to be loaded. */
  absence(model: string): "unloaded" | "awaited" | undefined {
    const resident = this.#models.get(model);
    if (resident?.place === "loading") return "awaited";
    if (resident?.place !== "unloaded") return undefined;
    return resident.held > 0 ? "awaited" : "unloaded";
  }

  /** A request has come. */
  asked(model: string, now: number): Admission {
    const resident = this.#models.get(model);
    if (resident === undefined) return "send";
    resident.lastUsed = now;
    if (resident.place !== "unloaded" && !this.#draining.includes(resident)) {
      resident.sent += 1;
      return "send";
    }
    if (resident.held === 0) resident.heldSince = now;
    resident.held += 1;
    return "hold";
  }

  /** A request has ended, wherever it was by then. */
  ended(model: string, where: Admission, now: number): void {
    const resident = this.#models.get(model);
    if (resident === undefined) return;
    resident.lastUsed = now;
    if (where === "send") resident.sent -= 1;
    else resident.held -= 1;
  }

  /** The worker has loaded the model. */
  loaded(model: string, now: number): void {
    const resident = this.#models.get(model);
    if (resident === undefined || !isInMemory(resident)) return;
    resident.place = "loaded";
    resident.lastUsed = Math.max(resident.lastUsed, now);
  }

  /** The worker cannot load the model. */
  failed(model: string): void {
    const resident = this.#models.get(model);
    if (resident !== undefined) resident.place = "failed";
  }

  /** What a model's passes take, measured. */
  measured(model: string, activations: number): void {
    const need = this.#budget.needs.get(model);
    if (need === undefined) return;
    const needs = new Map(this.#budget.needs).set(model, { ...need, activations, areActivationsMeasured: true });
    this.#budget = { ...this.#budget, needs };
  }

  /** What a model takes of memory while it is served, as far as it is known. */
  needOf(model: string): ModelNeed | undefined {
    return this.#budget.needs.get(model);
  }

  /**
   * The worker died, and the next one begins with what it had. But not with what it was just loading on demand, since that
   * may be what killed it: who asked for these models, which are answered, waits again.
   */
  died(now: number): readonly string[] {
    const suspects = this.#inMemory.filter(({ place }) => place === "loading");
    for (const suspect of suspects) {
      const held = suspect.held + suspect.sent;
      Object.assign(suspect, { place: "unloaded", held, sent: 0, heldSince: now } satisfies Partial<Resident>);
    }
    for (const resident of this.#inMemory) resident.place = "starting";
    return suspects.map(({ name }) => name);
  }

  /** The next step, which counts as taken; undefined while there is nothing to do. */
  next(now: number): ResidencyStep | undefined {
    const wanted = firstWaitedFor(this.#models.values());
    if (wanted !== undefined && !this.#isPossible(wanted)) return { kind: "refuse", model: wanted.name };
    this.#draining = wanted === undefined ? [] : makeRoom(this.#inMemory, (kept) => this.#fits(wanted, kept));
    const step = wanted === undefined ? undefined : this.#bring(wanted);
    return step ?? this.#release() ?? (wanted === undefined ? this.#unloadIdle(now) : undefined);
  }

  get #inMemory(): readonly Resident[] {
    return [...this.#models.values()].filter(isInMemory);
  }

  /** What cannot be in memory even alone with those that are pinned is refused; of the others, as many begin as fit. */
  #begin(): void {
    const all = [...this.#models.values()];
    const pinned = all.filter(({ isPinned }) => isPinned);
    const others = all.filter(({ isPinned }) => !isPinned);
    for (const resident of pinned) {
      if (this.#isPossible(resident)) resident.place = "starting";
    }
    const possible = others.filter((resident) => this.#isPossible(resident));
    for (const resident of possible) {
      if (this.#fits(resident, this.#inMemory)) resident.place = "starting";
    }
  }

  #isPossible(resident: Resident): boolean {
    const pinned = this.#inMemory.filter(({ isPinned }) => isPinned);
    if (this.#fits(resident, pinned)) return true;
    const beside = pinned.map(({ name }) => name);
    this.#refusals.set(resident.name, refusal(resident.name, beside, this.#budget));
    resident.place = "failed";
    return false;
  }

  #fits({ name }: Resident, others: readonly Resident[]): boolean {
    const own = (model: string): number => ownBytes(model, this.#budget);
    return others.reduce((sum, other) => sum + own(other.name), own(name)) <= roomOf(this.#budget);
  }

  #bring(wanted: Resident): ResidencyStep | undefined {
    const going = this.#draining;
    const kept = this.#inMemory.filter((resident) => !going.includes(resident));
    if (!this.#fits(wanted, kept) || going.some(({ sent }) => sent > 0)) return undefined;
    const step = going.length === 0 ? ({ kind: "load", model: wanted.name } as const) : this.#unload(going);
    wanted.place = "loading";
    sendHeld(wanted);
    return step;
  }

  #unload(going: readonly Resident[]): ResidencyStep {
    for (const resident of going) resident.place = "unloaded";
    for (const resident of this.#inMemory) resident.place = "starting";
    this.#draining = [];
    return { kind: "replace" };
  }

  /** Who waited for a model that was to make room, and need not any more. */
  #release(): ResidencyStep | undefined {
    const kept = this.#inMemory.find((resident) => resident.held > 0 && !this.#draining.includes(resident));
    if (kept === undefined) return undefined;
    sendHeld(kept);
    return { kind: "release", model: kept.name };
  }

  /** Only while nobody runs at all, since every model is away until the next worker has it. */
  #unloadIdle(now: number): ResidencyStep | undefined {
    const { idleUnloadMs = Infinity } = this.#budget;
    const all = this.#inMemory;
    if (all.some(({ sent, place }) => sent > 0 || place !== "loaded")) return undefined;
    const idle = all.filter(({ isPinned, lastUsed }) => !isPinned && now - lastUsed >= idleUnloadMs);
    return idle.length === 0 ? undefined : this.#unload(idle);
  }
}
