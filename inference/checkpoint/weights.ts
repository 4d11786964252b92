import { CheckpointError, quote } from "./checkpoint-error.ts";
import { nearestNames } from "./nearest-names.ts";
import { isFloat, showShape, type TensorRef } from "./tensor-ref.ts";

/** What all views of one checkpoint share. */
export interface WeightRecord {
  /** The file that was opened: weights or index; for messages. */
  readonly source: string;
  readonly tensors: ReadonlyMap<string, TensorRef>;
  /** Full names of the tensors that some network has asked for. */
  readonly asked: Set<string>;
}

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
    return this.record.tensors.has(this.fullName(name));
  }

  /** A tensor that must be there, with that shape where one is given. Throws a CheckpointError that says what is there instead. */
  tensor(name: string, shape?: readonly number[]): TensorRef {
    const found = this.optional(name, shape);
    if (found) return found;
    const missing = this.fullName(name);
    const nearest = nearestNames(missing, this.record.tensors.keys()).map(quote).join(", ");
    const hint = nearest ? `; the nearest names are ${nearest}` : "";
    throw new CheckpointError(this.record.source, `is not in the checkpoint${hint}`, { tensor: missing });
  }

  /** A tensor that may be absent, but has that shape where it is there and a shape is given. */
  optional(name: string, shape?: readonly number[]): TensorRef | undefined {
    const found = this.record.tensors.get(this.fullName(name));
    if (!found) return undefined;
    this.record.asked.add(found.name);
    if (!isFloat(found.dtype)) throw this.misfit(found, `is ${found.dtype} where the model expects floats`);
    if (!shape || showShape(shape) === showShape(found.shape)) return found;
    throw this.misfit(found, `has shape ${showShape(found.shape)} where the model expects ${showShape(shape)}`);
  }

  private misfit({ name }: TensorRef, problem: string): CheckpointError {
    return new CheckpointError(this.record.source, problem, { tensor: name });
  }

  private fullName(name: string): string {
    return this.prefix === "" ? name : `${this.prefix}.${name}`;
  }
}
