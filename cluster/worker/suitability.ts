import type { Inference, ModelInfo } from "../../inference/index.ts";
import { isServed, isStarting } from "../member.ts";
import type { Others } from "./others.ts";

/** Without room for something: others are given what comes next. */
const FULL_MS = 1_000;

/** Whether this worker or rather another is to run what needs a model; undefined stands for what needs none. */
export class Suitability {
  readonly #inference: Pick<Inference, "models">;
  #others: Others = { serving: new Set(), ready: new Set() };
  /** Models whose computing process is silent; and those that it was silent with when it was looked before. */
  #silent: ReadonlySet<string> = new Set();
  #silentBefore: ReadonlySet<string> = new Set();
  #fullUntil = 0;

  constructor(inference: Pick<Inference, "models">) {
    this.#inference = inference;
  }

  /** What others have now, and which models' computing process is silent here: if twice, it was not this one that slept. */
  heard(others: Others, silent: ReadonlySet<string>): void {
    this.#others = others;
    this.#silent = new Set([...silent].filter((name) => this.#silentBefore.has(name)));
    this.#silentBefore = silent;
  }

  /** This worker had no room for something. */
  wasFull(now: number): void {
    this.#fullUntil = now + FULL_MS;
  }

  /** Whether it is to take more, at a time on performance.now(). */
  mayRun(model: string | undefined, now: number): boolean {
    if (model === undefined) return true;
    const info = this.#infoOf(model);
    if (info === undefined || !isServed(info) || this.isBetterElsewhere(model)) return false;
    return now >= this.#fullUntil || !this.#others.ready.has(model);
  }

  /** Whether what runs is to go on elsewhere: nobody waits until this worker has loaded, or speaks again, where others are. */
  isBetterElsewhere(model: string | undefined): boolean {
    const info = this.#infoOf(model);
    if (info === undefined || !this.#others.ready.has(info.name)) return false;
    return isStarting(info) || this.#silent.has(info.name);
  }

  #infoOf(model: string | undefined): ModelInfo | undefined {
    return this.#inference.models().find(({ name }) => name === model);
  }
}
