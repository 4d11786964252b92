import { type Checkpoint, openCheckpoint } from "../checkpoint/checkpoint.ts";
import type { ServedDtype } from "../checkpoint/served-dtype.ts";
import { parameterBytes, weightBytes } from "../checkpoint/weight-bytes.ts";
import type { DecoderShape } from "../models/model.ts";
import { openModel } from "../models/registry.ts";
import { CPU } from "../onnx/target.ts";
import { cacheDtype } from "./cache-dtype.ts";
import { bytesPerRow } from "./cache-shape.ts";

/** What a model takes of memory while it is served, bytes. */
export interface MemoryNeed {
  readonly weights: number;
  /** Keys and values, with every place of its decoder taken. */
  readonly keysValues: number;
  /** What its passes hold beside these: an estimate until they were measured. */
  readonly activations: number;
}

/** How far memory may be taken for what a server keeps. */
export interface MemoryLimits {
  readonly maxSequences: number;
  /** For each decoder. */
  readonly kvCacheBytes: number;
  /** Of a decoder, when more would take more than 1 GiB; without it, as many as there is memory for. */
  readonly enoughRows?: number | undefined;
  readonly featureCacheBytes: number;
  readonly pixelCacheBytes: number;
}

/** What all models of a worker share, bytes. */
export interface SharedMemory {
  /** Node, onnxruntime and their threads. */
  readonly process: number;
  /** Features of pictures and texts, and pictures as the networks see them. */
  readonly features: number;
}

/** Measured: 190 MiB with onnxruntime, sharp and transformers.js loaded, and what its heaps grow by in use. */
const PROCESS_BYTES = 256 * 2 ** 20;
/** A place holds beams' branches, or what it sees of a memory, beside a sequence of so many positions. */
const POSITIONS_OF_A_PLACE = 2;
/** Beside rows in use, half as many are kept of what has gone. */
const WITH_KEPT_ROWS = 3 / 2;
/** Rows of a large pass: a picture's patches, a chunk of a prompt that looks back at as many again. */
const ROWS_OF_A_PASS = 1024;
/**
 * Floats that a pass holds at once for a row and a unit of its width: states, queries, keys, values, a feed-forward layer,
 * and the block that onnxruntime plans for the next such pass. Measured on the bundled models, whose passes are measured
 * when they are loaded.
 */
const FLOATS_OF_A_UNIT = 28;

/**
 * What a checkpoint takes while it is served, by how its matrices are kept, from its config.json and headers alone. Throws
 * a CheckpointError where the folder holds none that is served.
 */
export function memoryNeeds(folder: string, limits: MemoryLimits): Readonly<Record<ServedDtype, MemoryNeed>> {
  const checkpoint = openCheckpoint(folder);
  const { decoder } = openModel(checkpoint);
  const keysValues = keysValuesOf(decoder, limits);
  return needs({ weights: weightBytes(checkpoint), width: widthOf(checkpoint), keysValues });
}

/** Of a decoder, what its keys and values depend on. */
export type CachedDecoder = Pick<DecoderShape, "layers" | "heads" | "headDim" | "maxPositions" | "hasMemory">;

/** What is known of a checkpoint that is not here. */
export interface Expected {
  readonly parameters: number;
  /** Of its networks' widest states. */
  readonly width: number;
  readonly decoder?: CachedDecoder;
}

/** What a checkpoint would take that is not here, by how its matrices are kept. */
export function expectedNeeds(
  { parameters, width, decoder }: Expected,
  limits: MemoryLimits,
): Readonly<Record<ServedDtype, MemoryNeed>> {
  return needs({ weights: parameterBytes(parameters), width, keysValues: keysValuesOf(decoder, limits) });
}

interface Parts {
  readonly weights: Readonly<Record<ServedDtype, number>>;
  readonly width: number;
  readonly keysValues: (dtype: ServedDtype) => number;
}

function needs({ weights, width, keysValues }: Parts): Readonly<Record<ServedDtype, MemoryNeed>> {
  const activations = Float32Array.BYTES_PER_ELEMENT * ROWS_OF_A_PASS * FLOATS_OF_A_UNIT * width;
  const needIn = (dtype: ServedDtype): MemoryNeed => {
    return { weights: weights[dtype], keysValues: keysValues(dtype), activations };
  };
  return { float32: needIn("float32"), int8: needIn("int8"), int4: needIn("int4") };
}

/** Bytes of all of it. */
export function sumOf({ weights, keysValues, activations }: MemoryNeed): number {
  return weights + keysValues + activations;
}

/** Of one type. */
export function memoryNeed(folder: string, dtype: ServedDtype, limits: MemoryLimits): MemoryNeed {
  return memoryNeeds(folder, limits)[dtype];
}

/** What a worker takes whatever its models. */
export function sharedMemory({ featureCacheBytes, pixelCacheBytes }: MemoryLimits): SharedMemory {
  return { process: PROCESS_BYTES, features: featureCacheBytes + pixelCacheBytes };
}

function keysValuesOf(decoder: CachedDecoder | undefined, limits: MemoryLimits): Parts["keysValues"] {
  if (decoder === undefined) return () => 0;
  return (dtype) => keysValuesBytes(decoder, rowBytes(decoder, dtype), limits);
}

/** On the CPU; a GPU's memory is not counted. */
function rowBytes(decoder: CachedDecoder, dtype: ServedDtype): number {
  return bytesPerRow({ ...decoder, dtype: cacheDtype(dtype, CPU, decoder) });
}

/** Bytes that a decoder's keys and values are kept to: as many as all places may take, or are enough, within `kvCacheBytes`. */
export function keysValuesBytes(
  decoder: CachedDecoder,
  bytesOfRow: number,
  {
    maxSequences,
    kvCacheBytes,
    enoughRows = Infinity,
  }: Pick<MemoryLimits, "maxSequences" | "kvCacheBytes" | "enoughRows">,
): number {
  const rows = maxSequences * POSITIONS_OF_A_PLACE * decoder.maxPositions;
  const kept = decoder.hasMemory ? 1 : WITH_KEPT_ROWS;
  const enough = Math.max(ALWAYS_ENOUGH, enoughRows * bytesOfRow);
  return Math.min(kvCacheBytes, enough, kept * rows * bytesOfRow);
}

/** Bytes; small models may well have all the rows that these hold. */
const ALWAYS_ENOUGH = 2 ** 30;

/** Width of the states: no matrix is wider than that on both sides. */
function widthOf({ tensors }: Checkpoint): number {
  const matrices = [...tensors.values()].filter(({ shape }) => shape.length === 2);
  return Math.max(0, ...matrices.map(({ shape }) => Math.min(...shape)));
}
