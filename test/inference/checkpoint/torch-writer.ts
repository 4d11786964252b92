import { type EntryToWrite, u16, u32, u64, zip } from "./zip-writer.ts";

/** A piece of a pickle that leaves one value on the stack. */
export type Pickle = Buffer;

export const NONE = Buffer.from("N");
export const TRUE = Buffer.from([0x88]);
export const FALSE = Buffer.from([0x89]);

export function text(value: string): Pickle {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from("X"), u32(bytes.length), bytes]);
}

/** In the shortest of the forms that pickle has for it. */
export function integer(value: number): Pickle {
  if (value < 0 || value >= 2 ** 31)
    return Buffer.concat([Buffer.from([0x8a, 8]), u64(BigInt.asUintN(64, BigInt(value)))]);
  if (value < 256) return Buffer.from([0x4b, value]);
  return value < 65536 ? Buffer.concat([Buffer.from("M"), u16(value)]) : Buffer.concat([Buffer.from("J"), u32(value)]);
}

export function tuple(...items: readonly Pickle[]): Pickle {
  return Buffer.concat([Buffer.from("("), ...items, Buffer.from("t")]);
}

export function imported(module: string, name: string): Pickle {
  return Buffer.from(`c${module}\n${name}\n`);
}

export function call(callable: Pickle, ...args: readonly Pickle[]): Pickle {
  return Buffer.concat([callable, tuple(...args), Buffer.from("R")]);
}

export function orderedDict(items: readonly (readonly [string, Pickle])[] = []): Pickle {
  const pairs = items.flatMap(([key, value]) => [text(key), value]);
  const empty = call(imported("collections", "OrderedDict"));
  return Buffer.concat([empty, Buffer.from("("), ...pairs, Buffer.from("u")]);
}

/** Protocol 2, the value, the end. */
export function pickle(...value: readonly Pickle[]): Buffer {
  return Buffer.concat([Buffer.from([0x80, 2]), ...value, Buffer.from(".")]);
}

export interface TensorToPickle {
  readonly type?: string;
  readonly key?: string;
  readonly numElements?: number;
  readonly storageOffset?: number;
  readonly shape?: readonly number[];
  readonly strides?: readonly number[];
}

/** Two floats of storage "0", or what is given instead. */
export function tensor({ storageOffset = 0, shape = [2], strides = [1], ...storage }: TensorToPickle = {}): Pickle {
  const dims = [shape, strides].map((sizes) => tuple(...sizes.map(integer)));
  return rebuild(storageOf(storage), integer(storageOffset), ...dims, FALSE, orderedDict());
}

export function storageOf({ type = "FloatStorage", key = "0", numElements = 2 }: TensorToPickle = {}): Pickle {
  const id = tuple(text("storage"), imported("torch", type), text(key), text("cpu"), integer(numElements));
  return Buffer.concat([id, Buffer.from("Q")]);
}

export function rebuild(...args: readonly Pickle[]): Pickle {
  return call(imported("torch._utils", "_rebuild_tensor_v2"), ...args);
}

/** A pickle of a state dict of these tensors. */
export function stateDict(tensors: Readonly<Record<string, Pickle>>): Buffer {
  return pickle(orderedDict(Object.entries(tensors)));
}

/** Eight bytes: the floats 1 and 2. */
export const TWO_FLOATS = new Uint8Array(Float32Array.of(1, 2).buffer);

/** The entries of a pytorch_model.bin with one storage, "0". */
export function torchEntries(data: Uint8Array, storage: Uint8Array = TWO_FLOATS): EntryToWrite[] {
  return [
    { name: "archive/data.pkl", data },
    { name: "archive/byteorder", data: Buffer.from("little") },
    { name: "archive/data/0", data: storage },
    { name: "archive/version", data: Buffer.from("3\n") },
  ];
}

/** A pytorch_model.bin with one storage, "0". */
export function torchZip(data: Uint8Array, storage: Uint8Array = TWO_FLOATS): Buffer {
  return zip(torchEntries(data, storage));
}
