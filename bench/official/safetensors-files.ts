import { GeneratedFile } from "./generated-file.ts";
import { storedBytes, type StoredTensor } from "./numbers.ts";

/** Files by their names. */
export type Files = Readonly<Record<string, GeneratedFile>>;

/**
 * The tensors as transformers saves them: one model.safetensors, or shards of at most so many bytes, each filled in turn,
 * and the index that names them.
 */
export function safetensorsFiles(tensors: readonly StoredTensor[], shardBytes: number): Files {
  const shards = shardsOf(tensors, shardBytes);
  if (shards.length === 1) return { "model.safetensors": safetensorsFile(tensors) };
  const named = shards.map((shard, i) => [shardName(i, shards.length), shard] as const);
  const weight_map = Object.fromEntries(named.flatMap(([file, shard]) => shard.map(({ name }) => [name, file])));
  const index = { metadata: { total_size: totalOf(tensors) }, weight_map };
  return {
    ...Object.fromEntries(named.map(([file, shard]) => [file, safetensorsFile(shard)])),
    "model.safetensors.index.json": GeneratedFile.of(`${JSON.stringify(index, null, 2)}\n`),
  };
}

function shardsOf(tensors: readonly StoredTensor[], most: number): readonly StoredTensor[][] {
  const shards: StoredTensor[][] = [[]];
  for (const tensor of tensors) {
    const last = shards.at(-1)!;
    if (last.length > 0 && totalOf(last) + storedBytes(tensor) > most) shards.push([tensor]);
    else last.push(tensor);
  }
  return shards;
}

function shardName(i: number, count: number): string {
  const [number, all] = [i + 1, count].map((n) => String(n).padStart(5, "0"));
  return `model-${number}-of-${all}.safetensors`;
}

function totalOf(tensors: readonly StoredTensor[]): number {
  return tensors.reduce((sum, tensor) => sum + storedBytes(tensor), 0);
}

/** A u64 length, that much JSON, padded with spaces so that the data is aligned, and the data. */
function safetensorsFile(tensors: readonly StoredTensor[]): GeneratedFile {
  let end = 0;
  const entries = tensors.map((tensor) => {
    const data_offsets = [end, (end += storedBytes(tensor))];
    return [tensor.name, { dtype: tensor.dtype, shape: tensor.shape, data_offsets }] as const;
  });
  const json = JSON.stringify({ __metadata__: { format: "pt" }, ...Object.fromEntries(entries) });
  const padded = json.padEnd(Math.ceil(json.length / 8) * 8);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return new GeneratedFile([Buffer.concat([length, Buffer.from(padded)]), ...tensors]);
}
