import { describe, expect, it } from "vitest";
import {
  bytesField,
  floatField,
  intField,
  message,
  messageField,
  stringField,
  varint,
} from "../../../inference/onnx/protobuf.ts";

describe("varint", () => {
  it.each([
    [0, [0x00]],
    [1, [0x01]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    // The examples of the encoding's own documentation.
    [150, [0x96, 0x01]],
    [300, [0xac, 0x02]],
    [2 ** 32, [0x80, 0x80, 0x80, 0x80, 0x10]],
    [Number.MAX_SAFE_INTEGER, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]],
    [-1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
  ])("%d", (value, bytes) => expect([...varint(value)]).toEqual(bytes));
});

describe("fields", () => {
  it("tag an integer with its number and wire type 0", () => expect([...intField(1, 150)]).toEqual([0x08, 0x96, 0x01]));

  it("take two bytes for a number above 15", () => expect([...intField(20, 1)]).toEqual([0xa0, 0x01, 0x01]));

  it("write a string with its length in bytes", () => {
    expect([...stringField(2, "testing")]).toEqual([0x12, 7, ...Buffer.from("testing")]);
    expect([...stringField(2, "é")]).toEqual([0x12, 2, 0xc3, 0xa9]);
    expect([...stringField(2, "")]).toEqual([0x12, 0]);
  });

  it("write a float little-endian", () => expect([...floatField(2, 1)]).toEqual([0x15, 0, 0, 0x80, 0x3f]));

  it("nest", () => expect([...messageField(3, [intField(1, 150)])]).toEqual([0x1a, 3, 0x08, 0x96, 0x01]));

  it("write lengths of more than a byte", () => {
    const field = bytesField(9, new Uint8Array(70_000).fill(7));
    expect([...field.subarray(0, 5)]).toEqual([0x4a, 0xf0, 0xa2, 0x04, 7]);
    expect(field).toHaveLength(70_004);
  });

  it("follow each other in a message", () => {
    expect([...message([intField(1, 1), intField(1, 2)])]).toEqual([0x08, 1, 0x08, 2]);
    expect(message([])).toHaveLength(0);
  });
});
