import { describe, expect, it } from "vitest";
import { unpickle } from "../../../inference/checkpoint/unpickler.ts";
import { refusal } from "./refusal.ts";
import {
  call,
  FALSE,
  imported,
  integer,
  NONE,
  orderedDict,
  pickle,
  storageOf,
  tensor,
  text,
  tuple,
} from "./torch-writer.ts";

const read = (bytes: Uint8Array) => unpickle(bytes, "pytorch_model.bin");
const ops = (...codes: readonly (number | string)[]) =>
  Buffer.concat(codes.map((code) => Buffer.from(typeof code === "string" ? code : [code])));

describe("the unpickler", () => {
  it.each([0, 255, 256, 65535, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1, -1, -(2 ** 40)])(
    "reads the integer %d",
    (value) => {
      expect(read(pickle(integer(value)))).toBe(value);
    },
  );

  it("reads None, booleans, strings and tuples of every length", () => {
    const value = tuple(
      NONE,
      ops(0x88),
      FALSE,
      text("größe"),
      ops(")"),
      tuple(integer(1)),
      ops("NN", 0x86, "NNN", 0x87),
    );
    expect(read(pickle(value))).toEqual([null, true, false, "größe", [], [1], [null, null], [null, null, null]]);
    expect(read(pickle(integer(7), ops(0x85)))).toEqual([7]);
  });

  it("reads dicts, set by one item or by many", () => {
    expect(read(pickle(ops("}"), text("a"), integer(1), ops("s")))).toEqual(new Map([["a", 1]]));
    const items: [string, Buffer][] = [
      ["b", integer(2)],
      ["a", NONE],
    ];
    expect(read(pickle(orderedDict(items)))).toEqual(
      new Map([
        ["b", 2],
        ["a", null],
      ]),
    );
  });

  it("remembers by short and long memo numbers", () => {
    expect(read(pickle(text("x"), ops("q", 5, "r", 0, 1, 0, 0, "h", 5, "j", 0, 1, 0, 0, 0x87)))).toEqual([
      "x",
      "x",
      "x",
    ]);
  });

  it("describes storages, tensors and parameters without looking at them", () => {
    expect(read(pickle(storageOf()))).toMatchObject({ kind: "storage" });
    expect(read(pickle(tensor()))).toMatchObject({ kind: "tensor" });
    const parameter = call(imported("torch._utils", "_rebuild_parameter"), tensor(), FALSE, orderedDict());
    expect(read(pickle(parameter))).toMatchObject({ kind: "tensor" });
  });

  it("drops the attributes that torch hangs on a state dict", () => {
    const metadata = Buffer.concat([ops("}"), text("_metadata"), orderedDict([["", NONE]]), ops("s")]);
    expect(read(pickle(orderedDict([["a", NONE]]), metadata, ops("b")))).toEqual(new Map([["a", null]]));
  });
});

const system = imported("os", "system");

/** One way to be wrong a line: what it is, the pickle, what the message says. */
const wrong: readonly (readonly [string, Uint8Array, RegExp])[] = [
  ["nothing", Buffer.alloc(0), /data\.pkl at byte 0: ends after 0 bytes/],
  ["no protocol", ops("N."), /begins with NONE instead of PROTO/],
  ["protocol 4", ops(0x80, 4, "N."), /is pickle protocol 4; torch\.save writes protocol 2/],
  ["protocol 0", ops("(lp0\n."), /begins with MARK instead of PROTO/],
  ["no end", ops(0x80, 2, "N"), /data\.pkl at byte 3: ends after 3 bytes/],
  ["bytes after its end", ops(0x80, 2, "N.N"), /stops 1 bytes before its end/],
  ["ending with nothing", ops(0x80, 2, "."), /takes a value from an empty stack/],
  ["ending with two values", pickle(NONE, NONE), /stops with values left on the stack/],
  ["ending below a mark", pickle(ops("(N")), /stops with values left|empty stack/],
  ["importing os.system", pickle(call(system, text("true"))), /data\.pkl at byte 2: refuses to import os\.system/],
  ["importing eval", pickle(imported("builtins", "eval")), /refuses to import builtins\.eval/],
  [
    "importing numpy",
    pickle(imported("numpy.core.multiarray", "_reconstruct")),
    /refuses to import numpy\.core\.multiarray/,
  ],
  [
    "importing a complex storage",
    pickle(imported("torch", "ComplexFloatStorage")),
    /import torch\.ComplexFloatStorage/,
  ],
  ["importing with control characters", pickle(imported("os\x1b[2J", "x")), /refuses to import os\\u001b\[2J\.x/],
  ["an import without an end", ops(0x80, 2, "cos"), /ends inside a line/],
  ["an import that is not UTF-8", ops(0x80, 2, "c", 0xff, "\nx\n."), /holds a string that is not UTF-8/],
  ["STACK_GLOBAL", pickle(text("os"), text("system"), ops(0x93)), /refuses the opcode STACK_GLOBAL/],
  ["INST", pickle(ops("(ios\nsystem\n")), /refuses the opcode INST/],
  ["OBJ", pickle(ops("("), ops("o")), /refuses the opcode OBJ/],
  ["NEWOBJ", pickle(ops("))", 0x81)), /refuses the opcode NEWOBJ/],
  ["EXT1", pickle(ops(0x82, 1)), /refuses the opcode EXT1/],
  ["PERSID", pickle(ops("P0\n")), /refuses the opcode PERSID/],
  ["EMPTY_LIST", pickle(ops("]")), /refuses the opcode EMPTY_LIST/],
  ["BINFLOAT", pickle(ops("G\0\0\0\0\0\0\0\0")), /refuses the opcode BINFLOAT/],
  ["SHORT_BINUNICODE", pickle(ops(0x8c, 1, "x")), /refuses the opcode SHORT_BINUNICODE/],
  ["FRAME", pickle(ops(0x95)), /refuses the opcode FRAME/],
  ["DUP", pickle(NONE, ops("2")), /refuses the opcode DUP/],
  ["an opcode that pickle lacks", pickle(ops(0xff)), /refuses the opcode 0xff/],
  ["a second protocol", pickle(ops(0x80, 2)), /refuses the opcode PROTO/],
  ["a string longer than the file", ops(0x80, 2, "X", 0xff, 0xff, 0xff, 0xff), /ends after 7 bytes where 4294967302/],
  ["a string that is not UTF-8", pickle(ops("X", 1, 0, 0, 0, 0xff)), /holds a string that is not UTF-8/],
  ["an integer of 9 bytes", pickle(ops(0x8a, 9, "123456789")), /holds an integer of 9 bytes/],
  ["an integer beyond 2^53", pickle(ops(0x8a, 8, "12345678")), /holds the integer \d+, beyond 2\^53/],
  ["a memo never set", pickle(ops("h", 9)), /recalls memo 9, which was never set/],
  ["a memo of nothing", pickle(ops("q", 0)), /takes a value from an empty stack/],
  ["a mark never set", pickle(ops("t")), /goes back to a mark that was never set/],
  ["a pair of one value", pickle(NONE, ops(0x86)), /takes a value from an empty stack/],
  ["reaching below a mark", pickle(NONE, ops("(", 0x85)), /takes a value from an empty stack/],
  ["an item of a tuple", pickle(ops(")"), text("a"), NONE, ops("s")), /sets an item of something that is not a dict/],
  ["a key without a value", pickle(ops("}("), text("a"), ops("u")), /sets a key without a value/],
  ["a key that is a number", pickle(ops("}"), integer(1), NONE, ops("s")), /sets a key that is not a string/],
  [
    "a key set twice",
    pickle(
      orderedDict([
        ["a", NONE],
        ["a", NONE],
      ]),
    ),
    /sets the key "a" twice/,
  ],
  ["calling a string", pickle(text("os.system"), ops(")R")), /calls something that was not imported/],
  [
    "calling a storage class",
    pickle(call(imported("torch", "FloatStorage"))),
    /refuses to call torch\.FloatStorage with 0/,
  ],
  [
    "calling with a string",
    pickle(imported("collections", "OrderedDict"), text("a"), ops("R")),
    /something that is not a tuple/,
  ],
  [
    "an OrderedDict of items",
    pickle(call(imported("collections", "OrderedDict"), NONE)),
    /OrderedDict with 1 arguments/,
  ],
  [
    "a parameter of None",
    pickle(call(imported("torch._utils", "_rebuild_parameter"), NONE, NONE, NONE)),
    /_rebuild_parameter/,
  ],
  ["attributes of a tuple", pickle(ops(")}b")), /sets attributes of something that is not an OrderedDict/],
  ["attributes that are a tuple", pickle(ops("})b")), /sets attributes of something/],
  ["ten thousand values", pickle(Buffer.alloc(10_001, "N")), /more than 10000 values on the stack/],
  ["a hundred marks", pickle(Buffer.alloc(100, "(")), /more than 64 marks/],
  [
    "a million operations",
    pickle(NONE, Buffer.alloc(2_000_000, Buffer.from([0x71, 0]))),
    /more than 1000000 operations/,
  ],
  ["a tuple a million deep", pickle(NONE, Buffer.alloc(1_000_001, 0x85)), /more than 1000000 operations/],
];

describe("a hostile pickle", () => {
  it.each(wrong)("is refused for %s", (_, bytes, expected) => {
    const message = refusal(() => read(bytes));
    expect(message).toMatch(/^pytorch_model\.bin: data\.pkl at byte \d+: /);
    expect(message).toMatch(expected);
  });
});
