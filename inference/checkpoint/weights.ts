import { CheckpointError, quote } from "./checkpoint-error.ts";
import { nearestNames } from "./nearest-names.ts";
import type { QuantisedMatrix } from "./quantised-matrix.ts";
import { isFloat, showShape, type TensorRef } from "./tensor-ref.ts";

/** What all views of one checkpoint share. */
export interface WeightRecord {
  /** The file that was opened: weights or index; for messages. */
  readonly source: string;
  readonly tensors: ReadonlyMap<string, TensorRef>;
  /** Tensors that are there as quantised matrices. */
  readonly matrices: ReadonlyMap<string, QuantisedMatrix>;
  readonly asked: AskedNames;
}

/** Full names of what some network has asked for. One that is tied to another use is asked for in both ways. */
export interface AskedNames {
  /** As elements to be read as they are. */
  readonly tensors: Set<string>;
  /** As a matrix to multiply by: how exactly its elements are kept is open. */
  readonly matrices: Set<string>;
  /** Of these, what few rows at a time are multiplied by. */
  readonly byFewRows: Set<string>;
  /** Of these, those that the same few rows are multiplied by, by the first of them. */
  readonly together: Map<string, readonly string[]>;
}

/**
 * How many rows a matrix is multiplied by at a time: hundreds, those of a picture, where arithmetic is what takes time; or
 * any number down to one, a token's, where it is reading the matrix.
 */
export type RowCount = "few" | "many";

/** What a layer multiplies by, [out, in]. */
export type Matrix = TensorRef | QuantisedMatrix;

/**
 * A place in the tree of a checkpoint's names. A model descends with `at` and takes tensors by the names they have in the
 * file; every view of one checkpoint writes to one record, so that what nobody asked for can be listed in the end.
 */
export class Weights {
  private readonly record: WeightRecord;
  /** The full name of this place; empty at the root. */
  readonly prefix: string;

  constructor(record: WeightRecord, prefix = "") {
    this.record = record;
    this.prefix = prefix;
  }

  /** `at("encoder.layers", 3)` is the place "encoder.layers.3" below this one. It need not exist until a tensor is asked for. */
  at(...path: readonly (string | number)[]): Weights {
    return new Weights(this.record, this.fullName(path.join(".")));
  }

  /** Whether the checkpoint holds this tensor. Doesn't count as asking for it. */
  has(name: string): boolean {
    const { tensors, matrices } = this.record;
    return tensors.has(this.fullName(name)) || matrices.has(this.fullName(name));
  }

  /** A tensor that must be there, with that shape where one is given. Throws a CheckpointError that says what is there instead. */
  tensor(name: string, shape?: readonly number[]): TensorRef {
    return this.optional(name, shape) ?? this.missing(name);
  }

  /** A tensor that may be absent, but has that shape where it is there and a shape is given. */
  optional(name: string, shape?: readonly number[]): TensorRef | undefined {
    const found = this.record.tensors.get(this.fullName(name));
    if (!found) return undefined;
    this.record.asked.tensors.add(found.name);
    if (!isFloat(found.dtype)) throw this.misfit(found.name, `is ${found.dtype} where the model expects floats`);
    return this.fitting(found, shape);
  }

  /** The same for what is only multiplied by, x·Wᵀ: it may come quantised. */
  matrix(name: string, shape?: readonly number[], rows: RowCount = "few"): Matrix {
    return this.optionalMatrix(name, shape, rows) ?? this.missing(name);
  }

  /** A matrix that may be absent. */
  optionalMatrix(name: string, shape?: readonly number[], rows: RowCount = "few"): Matrix | undefined {
    const { tensors, matrices, asked } = this.record;
    const found = matrices.get(this.fullName(name)) ?? tensors.get(this.fullName(name));
    if (!found) return undefined;
    asked.matrices.add(found.name);
    if (rows === "few") asked.byFewRows.add(found.name);
    if (!("bits" in found) && !isFloat(found.dtype)) {
      throw this.misfit(found.name, `is ${found.dtype} where the model expects floats`);
    }
    return this.fitting(found, shape);
  }

  /** Matrices that the same rows are multiplied by: of few rows one product may do for all, where they lie side by side. */
  matrices(names: readonly string[], rows: RowCount = "few"): Matrix[] {
    const found = names.map((name) => this.matrix(name, undefined, rows));
    const full = found.map(({ name }) => name);
    if (rows === "few") this.record.asked.together.set(full[0]!, full);
    return found;
  }

  private fitting<T extends Matrix>(found: T, shape: readonly number[] | undefined): T {
    if (!shape || showShape(shape) === showShape(found.shape)) return found;
    const problem = `has shape ${showShape(found.shape)} where the model expects ${showShape(shape)}`;
    throw this.misfit(found.name, problem);
  }

  private missing(name: string): never {
    const missing = this.fullName(name);
    const nearest = nearestNames(missing, this.record.tensors.keys()).map(quote).join(", ");
    const hint = nearest ? `; the nearest names are ${nearest}` : "";
    throw new CheckpointError(this.record.source, `is not in the checkpoint${hint}`, { tensor: missing });
  }

  private misfit(tensor: string, problem: string): CheckpointError {
    return new CheckpointError(this.record.source, problem, { tensor });
  }

  private fullName(name: string): string {
    return this.prefix === "" ? name : `${this.prefix}.${name}`;
  }
}
