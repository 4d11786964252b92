import { elements } from "../tensors.ts";
import type { StoredDtype, StoredTensor } from "./numbers.ts";

/** The opcodes of Python's pickle, protocol 2, that torch.save needs for a state dict. */
type Pickle = Buffer;

const storageTypes: Readonly<Record<StoredDtype, string>> = {
  F32: "FloatStorage",
  F16: "HalfStorage",
  BF16: "BFloat16Storage",
  I64: "LongStorage",
};

/** data.pkl of a state dict: each tensor over a storage of its own, which goes by its number. */
export function pickledStateDict(tensors: readonly StoredTensor[]): Buffer {
  const items = tensors.flatMap((tensor, i) => [text(tensor.name), pickledTensor(tensor, String(i))]);
  const dict = [orderedDict(), Buffer.from("("), ...items, Buffer.from("u")];
  return Buffer.concat([Buffer.from([0x80, 2]), ...dict, Buffer.from(".")]);
}

function pickledTensor({ shape, dtype }: StoredTensor, key: string): Pickle {
  const id = tuple(
    text("storage"),
    imported("torch", storageTypes[dtype]),
    text(key),
    text("cpu"),
    integer(elements(shape)),
  );
  const storage = Buffer.concat([id, Buffer.from("Q")]);
  const sizes = [shape, stridesOf(shape)].map((numbers) => tuple(...numbers.map(integer)));
  const args = [storage, integer(0), ...sizes, Buffer.from([0x89]), orderedDict()];
  return call(imported("torch._utils", "_rebuild_tensor_v2"), ...args);
}

function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, i) => elements(shape.slice(i + 1)));
}

function text(value: string): Pickle {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from("X"), int32(bytes.length), bytes]);
}

function integer(value: number): Pickle {
  return Buffer.concat([Buffer.from("J"), int32(value)]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function tuple(...items: readonly Pickle[]): Pickle {
  return Buffer.concat([Buffer.from("("), ...items, Buffer.from("t")]);
}

function imported(module: string, name: string): Pickle {
  return Buffer.from(`c${module}\n${name}\n`);
}

function call(callable: Pickle, ...args: readonly Pickle[]): Pickle {
  return Buffer.concat([callable, tuple(...args), Buffer.from("R")]);
}

function orderedDict(): Pickle {
  return call(imported("collections", "OrderedDict"));
}
