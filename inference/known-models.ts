import type { Residency } from "./residency/residency.ts";
import type { ModelInfo } from "./model-info.ts";

/** What workers have told of their models, and what it comes to with what is decided about them here. */
export class KnownModels {
  readonly #names: readonly string[];
  readonly #residency: Residency;
  readonly #infos = new Map<string, ModelInfo>();
  /** Those that were ready in a worker that was replaced: the next one will have them soon, and requests wait for it. */
  readonly #kept = new Set<string>();

  /** `names` in the order of serving. */
  constructor(names: readonly string[], residency: Residency) {
    this.#names = names;
    this.#residency = residency;
  }

  /** All of which anything is known. */
  get all(): readonly ModelInfo[] {
    return this.#names.flatMap((name) => {
      const info = this.#infos.get(name);
      return info === undefined ? [] : [this.#shown(info)];
    });
  }

  /** How many weights a model has; 0 as long as nobody has read its folder. */
  parametersOf(name: string | undefined): number {
    return (name === undefined ? undefined : this.#infos.get(name)?.parameters) ?? 0;
  }

  /** Why a model cannot be served, if it cannot. */
  failureOf(name: string): string | undefined {
    return this.#infos.get(name)?.failure ?? this.#residency.refusals.get(name);
  }

  /** A worker tells. One that has just been started knows less than the one before it told. */
  told(infos: readonly ModelInfo[], now: number): void {
    for (const info of infos) {
      this.#infos.set(info.name, merged(info, this.#infos.get(info.name)));
      if (info.state === "READY") this.#residency.loaded(info.name, now);
      if (info.state === "READY") this.#kept.delete(info.name);
      if (info.state === "FAILED") this.#residency.failed(info.name);
    }
  }

  workerReplaced(): void {
    for (const { name, state } of this.#infos.values()) {
      if (state === "READY" && this.#residency.residents.includes(name)) this.#kept.add(name);
    }
  }

  workerDied(): void {
    this.#kept.clear();
    for (const info of this.#infos.values()) {
      if (info.state === "READY") this.#infos.set(info.name, { ...info, state: "LOADING" });
    }
  }

  #shown(told: ModelInfo): ModelInfo {
    const { name } = told;
    const info = { ...told, memory: this.#residency.needOf(name) };
    const failure = this.failureOf(name);
    if (failure !== undefined) return { ...info, state: "FAILED", failure };
    if (isUnopened(info)) return info;
    const absence = this.#residency.absence(name);
    if (absence === "unloaded") return { ...info, state: "UNLOADED" };
    if (absence === "awaited") return { ...info, state: "LOADING", isOnDemand: true };
    return this.#kept.has(name) ? { ...info, state: "READY" } : info;
  }
}

/** What has failed would fail again. */
function merged(info: ModelInfo, known: ModelInfo | undefined): ModelInfo {
  if (known?.state === "FAILED") return known;
  return isUnopened(info) && known !== undefined ? { ...known, state: "LOADING" } : info;
}

/** Of a model whose folder no worker has read yet, nothing but the name is known. */
function isUnopened({ state, tasks }: ModelInfo): boolean {
  return state === "LOADING" && tasks.length === 0;
}
