import { elements, type Tensor } from "../tensor.ts";
import { type ArraySessions, type ArraysShape, openArraySessions } from "./array-sessions.ts";
import type { NewRows } from "./kv-cache.ts";
import type { ResidentTensor, ResidentTensors } from "./resident-tensor.ts";
import type { NamedTensors } from "./session.ts";
import { rowsAt } from "./rows-at.ts";

/** Tensors for one pass. */
export interface Lent {
  readonly tensors: ResidentTensors;
  /** To be called when the pass is over. */
  readonly giveBack: () => void;
}

/** Copies on a WebGPU device of arrays that lie in JS memory, brought up to date by the rows that were written since. */
export class ResidentArrays {
  readonly #sessions: ArraySessions;
  #copies: readonly ResidentTensor[] | undefined;
  #stale: NewRows[] = [];
  #sentElements = 0;

  private constructor(sessions: ArraySessions) {
    this.#sessions = sessions;
  }

  static async create(shape: ArraysShape): Promise<ResidentArrays> {
    return new ResidentArrays(await openArraySessions(shape));
  }

  /** How many elements went to the device since it began. */
  get sentElements(): number {
    return this.#sentElements;
  }

  /** The arrays are others now, or gone. */
  drop(): void {
    for (const copy of this.#copies ?? []) copy.dispose();
    [this.#copies, this.#stale] = [undefined, []];
  }

  /** Rows of all arrays were written. */
  outdate(rows: NewRows): void {
    if (this.#copies !== undefined && rows.count > 0) this.#stale.push(rows);
  }

  /** What the arrays hold now in `batch` slots from `first` on, under the same names. */
  async slots(arrays: NamedTensors, first: number, batch: number): Promise<Lent> {
    const copies = await this.#upToDate(Object.values(arrays));
    const isWhole = batch === copies[0]!.dims[0];
    const lent = isWhole ? copies : await this.#sessions.cut(copies, first, first + batch);
    const tensors = Object.fromEntries(Object.keys(arrays).map((name, i) => [name, lent[i]!]));
    return { tensors, giveBack: () => (isWhole ? undefined : lent.forEach((part) => part.dispose())) };
  }

  async #upToDate(arrays: readonly Tensor[]): Promise<readonly ResidentTensor[]> {
    const [slots, , rows] = arrays[0]!.dims as [number, number, number];
    const stale = this.#stale.reduce((sum, { count }) => sum + count, 0);
    if (this.#copies === undefined || stale >= slots * rows) return this.#copyAll(arrays);
    if (stale > 0) await this.#write(this.#copies, arrays);
    this.#stale = [];
    return this.#copies;
  }

  async #copyAll(arrays: readonly Tensor[]): Promise<readonly ResidentTensor[]> {
    this.drop();
    this.#count(arrays);
    return (this.#copies = await this.#sessions.copy(arrays));
  }

  async #write(copies: readonly ResidentTensor[], arrays: readonly Tensor[]): Promise<void> {
    const { places, rows } = rowsAt(arrays, this.#stale);
    this.#count(rows);
    await this.#sessions.write(copies, places, rows);
  }

  #count(sent: readonly Tensor[]): void {
    this.#sentElements += sent.reduce((sum, { dims }) => sum + elements(dims), 0);
  }
}
