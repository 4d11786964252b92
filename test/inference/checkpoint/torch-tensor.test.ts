import { describe, expect, it } from "vitest";
import { readBytes } from "../../../inference/checkpoint/read-tensor.ts";
import { readTorchZip } from "../../../inference/checkpoint/torch-zip.ts";
import { fileWith } from "./folder.ts";
import { refusal } from "./refusal.ts";
import {
  FALSE,
  integer,
  NONE,
  orderedDict,
  pickle,
  rebuild,
  stateDict,
  storageOf,
  tensor,
  text,
  torchZip,
  TRUE,
  tuple,
} from "./torch-writer.ts";

const SIX_FLOATS = new Uint8Array(Float32Array.of(0, 1, 2, 3, 4, 5).buffer);

/** A file whose one storage holds the floats 0 to 5. */
function fileOf(data: Uint8Array): string {
  return fileWith("pytorch_model.bin", torchZip(data, SIX_FLOATS));
}

function floatsOf(data: Uint8Array): number[][] {
  return readTorchZip(fileOf(data)).map((ref) => [...new Float32Array(readBytes(ref).slice().buffer)]);
}

const six = { numElements: 6 };

describe("a tensor of a .bin", () => {
  it("begins at its storage's entry and its own offset", () => {
    const data = stateDict({
      all: tensor({ ...six, shape: [2, 3], strides: [3, 1] }),
      tail: tensor({ ...six, storageOffset: 4, shape: [2] }),
      scalar: tensor({ ...six, storageOffset: 3, shape: [], strides: [] }),
      empty: tensor({ ...six, storageOffset: 6, shape: [0, 3], strides: [3, 1] }),
    });
    expect(floatsOf(data)).toEqual([[0, 1, 2, 3, 4, 5], [4, 5], [3], []]);
  });

  it("may have any stride along a dimension of one element", () => {
    expect(floatsOf(stateDict({ w: tensor({ ...six, shape: [2, 1, 3], strides: [3, 99, 1] }) }))).toEqual([
      [0, 1, 2, 3, 4, 5],
    ]);
  });

  it.each([
    ["DoubleStorage", "F64", 3],
    ["FloatStorage", "F32", 6],
    ["HalfStorage", "F16", 12],
    ["BFloat16Storage", "BF16", 12],
    ["LongStorage", "I64", 3],
    ["IntStorage", "I32", 6],
    ["ShortStorage", "I16", 12],
    ["CharStorage", "I8", 24],
    ["ByteStorage", "U8", 24],
    ["BoolStorage", "BOOL", 24],
  ])("of a torch.%s is %s", (type, dtype, numElements) => {
    const [ref] = readTorchZip(fileOf(stateDict({ w: tensor({ type, numElements, shape: [numElements] }) })));
    expect(ref).toMatchObject({ dtype, shape: [numElements], length: 24 });
  });

  it("may carry empty metadata", () => {
    const args = [storageOf(six), integer(0), tuple(integer(6)), tuple(integer(1)), TRUE, orderedDict(), orderedDict()];
    expect(floatsOf(stateDict({ w: rebuild(...args) }))).toEqual([[0, 1, 2, 3, 4, 5]]);
  });
});

/** `_rebuild_tensor_v2` of a correct tensor with one argument changed. */
function withArgument(index: number, argument: Buffer): Buffer {
  const args = [storageOf(six), integer(0), tuple(integer(6)), tuple(integer(1)), FALSE, orderedDict()];
  return stateDict({ w: rebuild(...args.with(index, argument)) });
}

function storage(...id: readonly Buffer[]): Buffer {
  return withArgument(0, Buffer.concat([tuple(...id), Buffer.from("Q")]));
}

const metadata = [storageOf(six), integer(0), tuple(), tuple(), FALSE, orderedDict(), orderedDict([["conj", TRUE]])];
const id = /its storage is not \("storage", class, key, location, number of elements\)/;

/** One way to be wrong a line: what it is, the pickle, what the message says of the tensor "w". */
const wrong: readonly (readonly [string, Uint8Array, RegExp])[] = [
  ["a value that is a dict", stateDict({ w: orderedDict() }), /is a dict, not a tensor/],
  ["a value that is a number", stateDict({ w: integer(3) }), /is a number, not a tensor/],
  ["a value that is None", stateDict({ w: NONE }), /is None, not a tensor/],
  ["a value that is a bare storage", stateDict({ w: storageOf(six) }), /is a storage, not a tensor/],
  ["too few arguments", stateDict({ w: rebuild(storageOf(six)) }), /_rebuild_tensor_v2 is called with 1 arguments/],
  ["no arguments", stateDict({ w: rebuild() }), /_rebuild_tensor_v2 is called with 0 arguments/],
  ["a conjugate view", stateDict({ w: rebuild(...metadata) }), /it carries metadata/],
  ["a storage that is a string", withArgument(0, text("0")), /its first argument is not a storage/],
  ["a storage of another kind", storage(text("module"), NONE, text("0"), text("cpu"), integer(6)), id],
  ["a storage id cut short", storage(text("storage")), id],
  ["a storage class that is a string", storage(text("storage"), text("F"), text("0"), text("cpu"), integer(6)), id],
  ["a negative number of elements", stateDict({ w: tensor({ numElements: -6 }) }), id],
  ["a storage that the zip lacks", stateDict({ w: tensor({ key: "7" }) }), /its storage "7" has no entry in the zip/],
  ["a storage key that climbs", stateDict({ w: tensor({ key: "../data.pkl" }) }), /"\.\.\/data\.pkl" has no entry/],
  [
    "a storage of another size",
    stateDict({ w: tensor({ numElements: 7 }) }),
    /storage of 7 F32 should have 28 bytes; zip entry "archive\/data\/0" has 24/,
  ],
  ["a storage of 2^52 elements", stateDict({ w: tensor({ numElements: 2 ** 52 }) }), /should have over 2\^53 bytes/],
  ["an offset that is negative", withArgument(1, integer(-1)), /storage offset is not a whole number/],
  [
    "an offset beyond the storage",
    withArgument(1, integer(1)),
    /at element 1 ends at byte 28 of its storage, which has 24/,
  ],
  ["an offset of 2^53", withArgument(1, integer(2 ** 53 - 1)), /ends at byte \d+ of its storage, which has 24/],
  ["a size that is a number", withArgument(2, integer(6)), /size and stride are not two tuples/],
  ["a negative size", withArgument(2, tuple(integer(-6))), /size and stride are not two tuples/],
  ["a size of strings", withArgument(2, tuple(text("6"))), /size and stride are not two tuples/],
  [
    "a size longer than the stride",
    withArgument(2, tuple(integer(2), integer(3))),
    /tuples of whole numbers of one length/,
  ],
  [
    "65 dimensions",
    stateDict({ w: tensor({ shape: Array<number>(65).fill(1), strides: Array<number>(65).fill(1) }) }),
    /tuples/,
  ],
  ["a shape beyond the storage", withArgument(2, tuple(integer(7))), /shape \[7\] of F32 at element 0 ends at byte 28/],
  [
    "a shape that overflows",
    stateDict({ w: tensor({ ...six, shape: [4, 2 ** 52], strides: [2 ** 52, 1] }) }),
    /overflows/,
  ],
  [
    "a transposed view",
    stateDict({ w: tensor({ ...six, shape: [3, 2], strides: [1, 3] }) }),
    /\[3, 2\] with strides \[1, 3\] is not/,
  ],
  ["an expanded view", stateDict({ w: tensor({ ...six, shape: [9, 1], strides: [0, 1] }) }), /is not contiguous/],
  ["a strided view", stateDict({ w: tensor({ ...six, shape: [3], strides: [2] }) }), /is not contiguous/],
];

describe("a hostile tensor", () => {
  it.each(wrong)("is refused for %s", (_, data, expected) => {
    const path = fileOf(data);
    const message = refusal(() => readTorchZip(path));
    expect(message).toMatch(`${path}: tensor "w": `);
    expect(message).toMatch(expected);
  });

  it("is refused where the pickle holds no dict at all", () => {
    expect(() => readTorchZip(fileOf(pickle(tensor(six))))).toThrow(/data\.pkl holds no state dict/);
  });
});
