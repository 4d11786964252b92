import { CheckpointError, quote } from "./checkpoint-error.ts";
import { describe, isObject, type JsonObject, type JsonValue, parseJsonObject } from "./json.ts";
import {
  denseLength,
  type Dtype,
  isCount,
  isDtype,
  isShape,
  itemSize,
  showShape,
  type TensorRef,
} from "./tensor-ref.ts";
import { type WeightFile, withWeightFile } from "./weight-file.ts";

/** The limit of the format's own reader. */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * The tensors of a .safetensors file, by its header alone: a u64 length N, N bytes of JSON, then the data.
 * The file is taken for hostile: whatever the format forbids is a CheckpointError that names file and tensor.
 * Source: github.com/huggingface/safetensors, README "Format" and safetensors/src/tensor.rs `Metadata`.
 */
export function readSafetensors(path: string): TensorRef[] {
  return withWeightFile(path, (file) => {
    const header = readHeader(file);
    assertMetadata(file, header.json.__metadata__);
    const entries = Object.entries(header.json).filter(([name]) => name !== "__metadata__");
    const tensors = entries.map(([name, entry]) => tensorRef(name, entry, { file, dataStart: header.dataStart }));
    assertTiled(file, tensors, header.dataStart);
    return tensors;
  });
}

interface Header {
  readonly json: JsonObject;
  /** Where the data begins: bytes from the start of the file, from which `data_offsets` count. */
  readonly dataStart: number;
}

function readHeader(file: WeightFile): Header {
  const length = headerLength(file);
  const bytes = file.read(8, length);
  const fail = (problem: string, cause?: unknown) => new CheckpointError(file.path, `the header ${problem}`, { cause });
  return { json: parseJsonObject(bytes, fail), dataStart: 8 + length };
}

function headerLength(file: WeightFile): number {
  const length = new DataView(file.read(0, 8).buffer).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES) throw headerTooLong(file, length, `at most ${MAX_HEADER_BYTES} are read`);
  if (8n + length > file.size) throw headerTooLong(file, length, `the whole file has ${file.size}`);
  return Number(length);
}

function headerTooLong(file: WeightFile, length: bigint, but: string): CheckpointError {
  return new CheckpointError(file.path, `the header claims ${String(length)} bytes; ${but}`);
}

function assertMetadata(file: WeightFile, metadata: JsonValue | undefined): void {
  if (metadata === undefined) return;
  if (isObject(metadata) && Object.values(metadata).every((value) => typeof value === "string")) return;
  throw new CheckpointError(file.path, "__metadata__ must map strings to strings");
}

interface Place {
  readonly file: WeightFile;
  readonly dataStart: number;
}

function tensorRef(name: string, entry: JsonValue, { file, dataStart }: Place): TensorRef {
  const fail = (problem: string) => new CheckpointError(file.path, problem, { tensor: name });
  if (!isObject(entry)) throw fail(`expected an object with dtype, shape and data_offsets, found ${describe(entry)}`);
  const dtype = parseDtype(entry.dtype, fail);
  const shape = parseShape(entry.shape, fail);
  const [begin, end] = parseOffsets(entry.data_offsets, fail);
  if (dataStart + end > file.size) {
    throw fail(`data_offsets end at ${end}, but the data has ${file.size - dataStart} bytes`);
  }
  assertLength({ dtype, shape, length: end - begin }, fail);
  return { name, dtype, shape, file: file.realPath, offset: dataStart + begin, length: end - begin };
}

type Fail = (problem: string) => CheckpointError;

function parseDtype(dtype: JsonValue | undefined, fail: Fail): Dtype {
  if (isDtype(dtype)) return dtype;
  throw fail(`dtype is ${describe(dtype)}; known are ${Object.keys(itemSize).join(", ")}`);
}

function parseShape(shape: JsonValue | undefined, fail: Fail): readonly number[] {
  if (isShape(shape)) return shape;
  throw fail(`shape must be an array of at most 64 sizes, found ${describe(shape)}`);
}

function parseOffsets(offsets: JsonValue | undefined, fail: Fail): readonly [number, number] {
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw fail(`data_offsets must be [begin, end] in bytes, found ${describe(offsets)}`);
  }
  const [begin, end] = offsets as [number, number];
  if (begin > end) throw fail(`data_offsets begin at ${begin}, after their end at ${end}`);
  return [begin, end];
}

function assertLength(tensor: { dtype: Dtype; shape: readonly number[]; length: number }, fail: Fail): void {
  const { dtype, shape, length } = tensor;
  const expected = denseLength(shape, dtype);
  if (expected === undefined) throw fail(`shape ${showShape(shape)} overflows`);
  if (length === expected) return;
  throw fail(`${dtype} of shape ${showShape(shape)} takes ${expected} bytes, but data_offsets span ${length}`);
}

/** The tensors must cover the data end to end: no byte belongs to two of them or to none. */
function assertTiled(file: WeightFile, tensors: readonly TensorRef[], dataStart: number): void {
  let covered = dataStart;
  let previous: TensorRef | undefined;
  for (const tensor of tensors.toSorted((a, b) => a.offset - b.offset || a.length - b.length)) {
    const fail = (problem: string) => new CheckpointError(file.path, problem, { tensor: tensor.name });
    const begin = tensor.offset - dataStart;
    if (tensor.offset < covered) throw fail(`begins at ${begin}, inside tensor ${quote(previous?.name ?? "")}`);
    if (tensor.offset > covered)
      throw fail(`begins at ${begin}, but the bytes from ${covered - dataStart} on are nobody's`);
    covered = tensor.offset + tensor.length;
    previous = tensor;
  }
  if (covered === file.size) return;
  const [taken, held] = [covered - dataStart, file.size - dataStart];
  throw new CheckpointError(file.path, `the tensors take ${taken} bytes, but the file holds ${held} bytes of data`);
}
