import { CheckpointError, quote } from "./checkpoint-error.ts";
import { isKind, type PickledTensor, type PickledValue } from "./pickle-machine.ts";
import { denseLength, type Dtype, isCount, isShape, itemSize, showShape, type TensorRef } from "./tensor-ref.ts";
import { storageDtypes } from "./torch-storages.ts";
import type { WeightFile } from "./weight-file.ts";
import type { ZipEntry } from "./zip-directory.ts";

/** The zip that a state dict's storages lie in. */
export interface TorchArchive {
  readonly file: WeightFile;
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** The folder inside the zip that holds everything, without a slash. */
  readonly root: string;
}

/**
 * Where one pickled tensor of an archive lies. Throws a CheckpointError that names file and tensor where the pickle and
 * the storage's entry disagree, or where the tensor is not dense and row-major, so can't be used where it is.
 */
export function torchTensor(name: string, tensor: PickledTensor, archive: TorchArchive): TensorRef {
  const fail = (problem: string) => new CheckpointError(archive.file.path, problem, { tensor: name });
  const view = parseView(tensor.args, fail);
  const storage = parseStorage(view.storage, archive, fail);
  assertRowMajor(view, fail);
  const length = denseLength(view.shape, storage.dtype);
  if (length === undefined) throw fail(`shape ${showShape(view.shape)} overflows`);
  const begin = view.storageOffset * itemSize[storage.dtype];
  if (begin + length > storage.size) {
    const claim = `shape ${showShape(view.shape)} of ${storage.dtype} at element ${view.storageOffset}`;
    throw fail(`${claim} ends at byte ${begin + length} of its storage, which has ${storage.size}`);
  }
  return {
    name,
    dtype: storage.dtype,
    shape: view.shape,
    file: archive.file.realPath,
    offset: storage.offset + begin,
    length,
  };
}

type Fail = (problem: string) => CheckpointError;

interface View {
  readonly storage: PickledValue;
  /** Elements. */
  readonly storageOffset: number;
  readonly shape: readonly number[];
  /** Elements from one index to the next, for each dimension. */
  readonly strides: readonly number[];
}

/** `_rebuild_tensor_v2(storage, storage_offset, size, stride, requires_grad, backward_hooks, metadata=None)` */
function parseView(args: readonly PickledValue[], fail: Fail): View {
  const [storage, storageOffset, shape, strides, , , metadata = null] = args;
  if (storage === undefined || args.length < 6 || args.length > 7) {
    throw fail(`_rebuild_tensor_v2 is called with ${args.length} arguments`);
  }
  if (!isCount(storageOffset)) throw fail("its storage offset is not a whole number");
  if (!isShape(shape) || !isShape(strides) || shape.length !== strides.length) {
    throw fail("its size and stride are not two tuples of whole numbers of one length");
  }
  // Conjugate and negative views keep their bit here; their bytes are not their values.
  if (metadata !== null && !(metadata instanceof Map && metadata.size === 0)) throw fail("it carries metadata");
  return { storage, storageOffset, shape, strides };
}

interface Storage {
  readonly dtype: Dtype;
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

/** A persistent id is `("storage", storage class, key, location, number of elements)`; its bytes are the entry data/key. */
function parseStorage(value: PickledValue, { entries, root }: TorchArchive, fail: Fail): Storage {
  if (!isKind(value, "storage")) throw fail("its first argument is not a storage");
  const id: readonly PickledValue[] = Array.isArray(value.id) ? value.id : [];
  const [tag, type, key, , numElements, ...rest] = id;
  const dtype = isKind(type, "import") ? storageDtypes.get(type.name) : undefined;
  if (tag !== "storage" || !dtype || typeof key !== "string" || !isCount(numElements) || rest.length > 0) {
    throw fail('its storage is not ("storage", class, key, location, number of elements)');
  }
  const entry = entries.get(`${root}/data/${key}`);
  if (!entry) throw fail(`its storage ${quote(key)} has no entry in the zip`);
  const size = denseLength([numElements], dtype);
  if (size === entry.size) return { dtype, offset: entry.offset, size };
  throw fail(
    `its storage of ${numElements} ${dtype} should have ${size ?? "over 2^53"} bytes; zip entry ${quote(entry.name)} has ${entry.size}`,
  );
}

/** Each stride must be the product of the later dimensions; those of dimensions of one element, or of no elements at all, never matter. */
function assertRowMajor({ shape, strides }: View, fail: Fail): void {
  if (shape.includes(0)) return;
  let expected = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== expected) {
      throw fail(`shape ${showShape(shape)} with strides ${showShape(strides)} is not contiguous`);
    }
    expected *= shape[i]!;
  }
}
