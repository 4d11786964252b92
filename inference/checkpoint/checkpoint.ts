import { existsSync } from "node:fs";
import { join } from "node:path";
import { CheckpointError, quote } from "./checkpoint-error.ts";
import { digestFiles } from "./digest.ts";
import { rememberedDigest } from "./digest-memory.ts";
import { readSafetensors } from "./safetensors.ts";
import { readShards, type ShardedTensors } from "./shards.ts";
import { type FloatDtype, isFloat, itemSize, type TensorRef } from "./tensor-ref.ts";
import type { QuantisedMatrix } from "./quantised-matrix.ts";
import { readTorchZip } from "./torch-zip.ts";
import { type AskedNames, Weights } from "./weights.ts";

/** What a checkpoint's weights may be called, in the order they are looked for, and how each is read. */
const formats: ReadonlyMap<string, (path: string) => ShardedTensors> = new Map([
  ["model.safetensors", (path: string) => ({ files: [path], tensors: readSafetensors(path) })],
  ["model.safetensors.index.json", (path: string) => readShards(path, readSafetensors)],
  ["pytorch_model.bin", (path: string) => ({ files: [path], tensors: readTorchZip(path) })],
  ["pytorch_model.bin.index.json", (path: string) => readShards(path, readTorchZip)],
]);

/**
 * Opens a checkpoint folder in the Hugging Face layout. Reads headers only; the weights stay in their files.
 * Throws a CheckpointError where there is none, or where anything about it is wrong.
 */
export function openCheckpoint(folder: string): Checkpoint {
  for (const [name, read] of formats) {
    const source = join(folder, name);
    if (existsSync(source)) return new Checkpoint({ folder, source, ...read(source) });
  }
  throw new CheckpointError(folder, `holds no checkpoint; looked for ${[...formats.keys()].join(", ")}`);
}

/** Buffers that older versions of transformers saved and newer ones compute: no network asks for them. */
export const legacyBuffers: readonly RegExp[] = [/(^|\.)embeddings\.position_ids$/, /(^|\.)rotary_emb\.inv_freq$/];

/** The checkpoint's files as they were opened. */
interface Opened extends ShardedTensors {
  readonly folder: string;
  readonly source: string;
}

/** Where a network's weights are read from: the checkpoint's own files, or copies of them. */
export interface StoredWeights {
  readonly tensors: ReadonlyMap<string, TensorRef>;
  readonly matrices: ReadonlyMap<string, QuantisedMatrix>;
}

/** An open checkpoint: where each tensor lies, and which of them were asked for. */
export class Checkpoint {
  readonly folder: string;
  /** The file that was opened, weights or their index. */
  readonly source: string;
  /** Paths of the weight files. */
  readonly files: readonly string[];
  readonly tensors: ReadonlyMap<string, TensorRef>;
  /** The float type that most parameters have. */
  readonly dtype: FloatDtype;
  /** Elements of all float tensors; tensors that share their bytes (tied weights) count once. */
  readonly parameterCount: number;
  /** The root of the strict-load view that models descend. */
  readonly weights: Weights;
  /** What was asked of `weights` so far. */
  readonly asked: AskedNames = nothingAsked();
  private readonly opened: Opened;

  constructor(opened: Opened, stored: StoredWeights = inPlace(opened)) {
    const { folder, source, files, tensors } = opened;
    this.opened = opened;
    this.folder = folder;
    this.source = source;
    this.files = files;
    this.tensors = stored.tensors;
    const parameters = floatElements(tensors);
    this.dtype = commonest(parameters, source);
    this.parameterCount = [...parameters.values()].reduce((sum, count) => sum + count, 0);
    this.weights = new Weights({ source, ...stored, asked: this.asked });
  }

  /** The same checkpoint, its weights read from elsewhere. Nothing was asked of it yet. */
  storedAs(stored: StoredWeights): Checkpoint {
    return new Checkpoint(this.opened, stored);
  }

  /**
   * SHA-256 (hex) over config.json and the weight files: what the model is, wherever the folder lies. That of large files
   * is remembered in the folder `memory`, where one is given.
   */
  digest(memory?: string): Promise<string> {
    const paths = [join(this.folder, "config.json"), ...this.files];
    return memory === undefined ? digestFiles(paths) : rememberedDigest(paths, memory);
  }

  /** Names of the tensors that no network has asked for and no pattern ignores. */
  unused(ignore: readonly RegExp[] = legacyBuffers): string[] {
    const { tensors, matrices } = this.asked;
    const wasAsked = (name: string): boolean => tensors.has(name) || matrices.has(name);
    return [...this.tensors.keys()].filter((name) => !wasAsked(name) && !ignore.some((p) => name.search(p) >= 0));
  }

  /** To be called when every network is built: throws a CheckpointError that lists `unused` tensors, if there are any. */
  assertAllUsed(ignore: readonly RegExp[] = legacyBuffers): void {
    const unused = this.unused(ignore);
    if (unused.length === 0) return;
    const shown = unused.slice(0, 20).map(quote).join(", ") + (unused.length > 20 ? ", …" : "");
    throw new CheckpointError(this.source, `holds ${unused.length} tensors that the model has no place for: ${shown}`);
  }
}

/** Of a checkpoint that has just been opened. */
export function nothingAsked(): AskedNames {
  return { tensors: new Set(), matrices: new Set(), byFewRows: new Set(), together: new Map() };
}

function inPlace({ tensors }: Opened): StoredWeights {
  return { tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])), matrices: new Map() };
}

/** Elements of each float type, each stretch of bytes counted once. */
function floatElements(tensors: readonly TensorRef[]): ReadonlyMap<FloatDtype, number> {
  const seen = new Set<string>();
  const counts = new Map<FloatDtype, number>();
  for (const { dtype, file, offset, length } of tensors) {
    const place = `${offset}+${length} ${file}`;
    if (!isFloat(dtype) || seen.has(place)) continue;
    seen.add(place);
    counts.set(dtype, (counts.get(dtype) ?? 0) + length / itemSize[dtype]);
  }
  return counts;
}

function commonest(parameters: ReadonlyMap<FloatDtype, number>, source: string): FloatDtype {
  const [most] = [...parameters].sort(([, a], [, b]) => b - a);
  if (most) return most[0];
  throw new CheckpointError(source, "holds no float tensor");
}
