import { type Checkpoint, openCheckpoint } from "./checkpoint.ts";
import type { ServedDtype } from "./served-dtype.ts";
import { isFloat, itemSize, type TensorRef } from "./tensor-ref.ts";

/**
 * Bytes of memory that an element of a matrix takes while it is served on the CPU: onnxruntime packs quantised blocks
 * anew, with a scale and a sum for each.
 */
const matrixElement: Readonly<Record<ServedDtype, number>> = { float32: 4, int8: 1 + 8 / 32, int4: 1 / 2 + 8 / 64 };
/** The same in a vision tower, whose rows have a scale each. */
const towerElement: Readonly<Record<ServedDtype, number>> = { float32: 4, int8: 1, int4: 1 };
/** All else is computed with in float32. */
const OTHER_ELEMENT = 4;

/**
 * What a checkpoint's weights take in memory by how its matrices are kept, bytes, from its headers alone: an estimate, which
 * counts tables that stay in their files too. Throws a CheckpointError where the folder holds no checkpoint.
 */
export function weightBytes(from: string | Checkpoint): Readonly<Record<ServedDtype, number>> {
  const { tensors } = typeof from === "string" ? openCheckpoint(from) : from;
  const floats = [...tensors.values()].filter(({ dtype }) => isFloat(dtype));
  const matrices = floats.filter(({ shape }) => shape.length === 2);
  const [inTowers, total] = [elementsOf(matrices.filter(isInTower)), elementsOf(matrices)];
  return bytesOf({ matrices: total - inTowers, inTowers, others: elementsOf(floats) - total });
}

/** What so many parameters take in memory, nearly all of them in matrices, by how these are kept, bytes. */
export function parameterBytes(parameters: number): Readonly<Record<ServedDtype, number>> {
  return bytesOf({ matrices: parameters, inTowers: 0, others: 0 });
}

/** As all served checkpoints spell it. */
function isInTower({ name }: TensorRef): boolean {
  return /(^|\.)vision_(model|tower)\./.test(name);
}

/** Numbers of elements. */
interface Elements {
  readonly matrices: number;
  readonly inTowers: number;
  readonly others: number;
}

function bytesOf({ matrices, inTowers, others }: Elements): Readonly<Record<ServedDtype, number>> {
  const bytes = (dtype: ServedDtype): number =>
    matrixElement[dtype] * matrices + towerElement[dtype] * inTowers + OTHER_ELEMENT * others;
  return { float32: bytes("float32"), int8: bytes("int8"), int4: bytes("int4") };
}

function elementsOf(tensors: readonly TensorRef[]): number {
  return tensors.reduce((sum, { dtype, length }) => sum + length / itemSize[dtype], 0);
}
