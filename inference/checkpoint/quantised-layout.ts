import type { Checkpoint, StoredWeights } from "./checkpoint.ts";
import { blockBytes, type BlockFormat, blocksPerRow, type QuantisedMatrix } from "./quantised-matrix.ts";
import { type Dtype, denseLength, itemSize, type TensorRef } from "./tensor-ref.ts";
import type { RowCount } from "./weights.ts";

/** How a matrix of so many columns is quantised, by the rows that it is multiplied by at a time. */
export type FormatFor = (columns: number, rows: RowCount) => BlockFormat;

/** What becomes of a checkpoint's tensors: matrices are quantised, the others copied as they are. */
export interface QuantisationPlan {
  readonly formatOf: (matrix: TensorRef) => BlockFormat;
  /** Matrices, those that are to lie side by side in one group. */
  readonly groups: readonly (readonly TensorRef[])[];
  readonly copies: readonly TensorRef[];
}

/** Smaller ones, such as the two rows that judge a match, would save nothing. */
const FEWEST_ROWS = 32;
const FEWEST_COLUMNS = 32;

/** The plan for a checkpoint of which every network has asked for what it needs. */
export function quantisationPlan({ tensors, asked }: Checkpoint, formatFor: FormatFor): QuantisationPlan {
  const isWorthIt = ({ name, shape: [rows = 0, columns = 0, ...rest] }: TensorRef): boolean =>
    asked.matrices.has(name) && rest.length === 0 && rows >= FEWEST_ROWS && columns >= FEWEST_COLUMNS;
  const wanted = [...tensors.values()].filter(({ name }) => asked.matrices.has(name) || asked.tensors.has(name));
  const groups = inGroups(wanted.filter(isWorthIt), asked.together);
  const copies = wanted.filter((tensor) => asked.tensors.has(tensor.name) || !isWorthIt(tensor));
  const formatOf = ({ name, shape }: TensorRef): BlockFormat =>
    formatFor(shape[1]!, asked.byFewRows.has(name) ? "few" : "many");
  // Wide elements first, so that every one lies at a multiple of its size.
  return { formatOf, groups, copies: copies.toSorted((a, b) => widthOf(b) - widthOf(a)) };
}

/** Each where its first one is; a group of which one is missing is none. */
function inGroups(matrices: readonly TensorRef[], together: ReadonlyMap<string, readonly string[]>): TensorRef[][] {
  const byName = new Map(matrices.map((matrix) => [matrix.name, matrix]));
  const whole = [...together.values()].filter((names) => names.every((name) => byName.has(name)));
  const groups = whole.map((names) => names.map((name) => byName.get(name)!));
  const placed = new Map(groups.flatMap((group) => group.map(({ name }) => [name, group] as const)));
  return [...new Set(matrices.map((matrix) => placed.get(matrix.name) ?? [matrix]))];
}

function widthOf({ dtype }: TensorRef): number {
  return itemSize[dtype];
}

/** A file of quantised weights, known to the byte before it is written: a .safetensors file. */
export interface QuantisedLayout {
  /** All before the data, the checksum's eight digits still zeros. */
  readonly header: Uint8Array;
  /** Bytes of the whole file. */
  readonly size: number;
  readonly stored: StoredWeights;
}

/** Where the checksum's digits are, behind the header's length and what its JSON begins with. */
export const CHECKSUM_AT = 8 + '{"__metadata__":{"crc32":"'.length;
export const CHECKSUM_DIGITS = 8;

/** The layout of `file`; `key` says what it was made of. Matrices first, a group's scales behind its blocks; then the copies. */
export function quantisedLayout(plan: QuantisationPlan, file: string, key: string): QuantisedLayout {
  const parts = [...plan.groups.flatMap((group) => groupParts(group, plan)), ...plan.copies];
  const [placed, size] = place(parts, 0);
  const header = headerOf(placed, key);
  const inFile = new Map(placed.map((part) => [part.name, { ...part, file, offset: header.length + part.offset }]));
  const matrices = plan.groups.flat().map((matrix): QuantisedMatrix => {
    const [blocks, scales] = matrixParts(matrix, plan).map(({ name }) => inFile.get(name)!) as [TensorRef, TensorRef];
    return { ...plan.formatOf(matrix), name: matrix.name, shape: matrix.shape, blocks, scales };
  });
  return {
    header,
    size: header.length + size,
    stored: {
      matrices: new Map(matrices.map((matrix) => [matrix.name, matrix])),
      tensors: new Map(plan.copies.map(({ name }) => [name, inFile.get(name)!])),
    },
  };
}

type Part = Pick<TensorRef, "name" | "dtype" | "shape" | "length">;
type Placed = Part & Pick<TensorRef, "offset">;

function groupParts(group: readonly TensorRef[], plan: QuantisationPlan): Part[] {
  const parts = group.map((matrix) => matrixParts(matrix, plan));
  return [...parts.map(([blocks]) => blocks), ...parts.map(([, scales]) => scales)];
}

/** Blocks and scales. */
function matrixParts(matrix: TensorRef, { formatOf }: QuantisationPlan): [Part, Part] {
  const { name, shape } = matrix;
  const [rows, columns] = shape as [number, number];
  const format = formatOf(matrix);
  const perRow = blocksPerRow(columns, format);
  return [
    part(`${name}#int${format.bits}`, "U8", [rows, perRow, blockBytes(format)]),
    part(`${name}#scales`, "F32", [rows, perRow]),
  ];
}

function part(name: string, dtype: Dtype, shape: readonly number[]): Part {
  return { name, dtype, shape, length: denseLength(shape, dtype)! };
}

function place(parts: readonly Part[], start: number): [Placed[], number] {
  let offset = start;
  const placed = parts.map((part) => {
    const at = offset;
    offset += part.length;
    return { ...part, offset: at };
  });
  return [placed, offset];
}

/** Padded so that the data is aligned for anything. */
const ALIGNMENT = 64;

function headerOf(parts: readonly Placed[], key: string): Uint8Array {
  const entries = parts.map(({ name, dtype, shape, offset, length }) => {
    return [name, { dtype, shape, data_offsets: [offset, offset + length] }] as const;
  });
  const metadata = { crc32: "0".repeat(CHECKSUM_DIGITS), key };
  const json = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  const bytes = Buffer.from(json);
  const padded = Math.ceil((8 + bytes.length) / ALIGNMENT) * ALIGNMENT;
  const header = Buffer.alloc(padded, " ");
  header.writeBigUInt64LE(BigInt(padded - 8));
  bytes.copy(header, 8);
  return header;
}
