import { CheckpointError, quote } from "./checkpoint-error.ts";
import { isKind, type PickledValue } from "./pickle-machine.ts";
import type { TensorRef } from "./tensor-ref.ts";
import { type TorchArchive, torchTensor } from "./torch-tensor.ts";
import { unpickle } from "./unpickler.ts";
import { type WeightFile, withWeightFile } from "./weight-file.ts";
import { readZipDirectory, type ZipEntry } from "./zip-directory.ts";

/**
 * The tensors of a `pytorch_model.bin`: a zip of stored entries, as torch.save writes it since 1.6. Nothing is executed
 * and no weight is read: a tensor is a place in the file here too.
 *
 *     root/data.pkl      the state dict, a pickle whose storages are persistent ids
 *     root/byteorder     "little", since torch 2.0
 *     root/data/<key>    the bytes of a storage
 */
export function readTorchZip(path: string): TensorRef[] {
  return withWeightFile(path, (file) => {
    assertZip(file);
    const entries = readZipDirectory(file);
    const { root, pickle } = findPickle(file, entries);
    assertLittleEndian(file, entries.get(`${root}/byteorder`));
    const state = unpickle(readPickle(file, pickle), path);
    return tensorsOf(state, { file, entries, root });
  });
}

const ZIP_MAGIC = "504b0304";

function assertZip(file: WeightFile): void {
  const magic = Buffer.from(file.read(0, Math.min(file.size, 4))).toString("hex");
  if (magic === ZIP_MAGIC) return;
  const legacy = "is a pickle of torch.save before 1.6, not a zip; save it again, or convert it to safetensors";
  throw new CheckpointError(file.path, magic.startsWith("80") ? legacy : `is not a zip: it begins with ${magic}`);
}

const PICKLE_NAME = /^([^/]+)\/data\.pkl$/;

function findPickle(file: WeightFile, entries: ReadonlyMap<string, ZipEntry>): { root: string; pickle: ZipEntry } {
  const pickles = [...entries.values()].filter((entry) => PICKLE_NAME.test(entry.name));
  const [pickle] = pickles;
  if (pickle && pickles.length === 1) return { pickle, root: PICKLE_NAME.exec(pickle.name)![1]! };
  throw new CheckpointError(
    file.path,
    `holds ${pickles.length} state dicts (<folder>/data.pkl) where one was expected`,
  );
}

/** A tensor takes about 150 bytes of pickle, so this is far above any model. */
const MAX_PICKLE_BYTES = 32 * 2 ** 20;

function readPickle(file: WeightFile, { offset, size }: ZipEntry): Uint8Array {
  if (size <= MAX_PICKLE_BYTES) return file.read(offset, size);
  throw new CheckpointError(file.path, `data.pkl has ${size} bytes; at most ${MAX_PICKLE_BYTES} are read`);
}

function assertLittleEndian(file: WeightFile, byteorder: ZipEntry | undefined): void {
  if (!byteorder) return;
  const order = new TextDecoder().decode(file.read(byteorder.offset, Math.min(byteorder.size, 16)));
  if (order !== "little") throw new CheckpointError(file.path, `has byteorder ${quote(order)}; only "little" is read`);
}

function tensorsOf(state: PickledValue, archive: TorchArchive): TensorRef[] {
  if (!(state instanceof Map)) throw new CheckpointError(archive.file.path, "data.pkl holds no state dict");
  return [...state].map(([name, value]) => {
    if (isKind(value, "tensor")) return torchTensor(name, value, archive);
    throw new CheckpointError(archive.file.path, `is ${kindOf(value)}, not a tensor`, { tensor: name });
  });
}

function kindOf(value: PickledValue): string {
  if (value instanceof Map) return "a dict";
  if (Array.isArray(value)) return "a tuple";
  if (isKind(value, "storage") || isKind(value, "import")) return `a ${value.kind}`;
  return value === null ? "None" : `a ${typeof value}`;
}
