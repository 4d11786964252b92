import { describe, expect, it } from "vitest";
import { readBytes, readFloat32 } from "../../../inference/checkpoint/read-tensor.ts";
import { readSafetensors } from "../../../inference/checkpoint/safetensors.ts";
import { fileWith } from "./folder.ts";
import { safetensors } from "./safetensors-writer.ts";

function write(dtype: string, data: ArrayBufferView<ArrayBuffer>, length: number) {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const odd = { dtype: "U8", shape: [3], data: new Uint8Array(3) };
  const path = fileWith("model.safetensors", safetensors({ odd, w: { dtype, shape: [length], data: bytes } }));
  return readSafetensors(path)[1]!;
}

describe("reading a tensor", () => {
  it("gives its bytes", () => {
    expect([...readBytes(write("U8", Uint8Array.of(1, 2, 3), 3))]).toEqual([1, 2, 3]);
  });

  it("gives F32 and F64 as they are, or rounded", () => {
    expect([...readFloat32(write("F32", Float32Array.of(1.5, -0, Infinity), 3))]).toEqual([1.5, -0, Infinity]);
    expect([...readFloat32(write("F64", Float64Array.of(0.1, 1e300), 2))]).toEqual([Math.fround(0.1), Infinity]);
  });

  it("widens F16 exactly: normal, subnormal, zeros, infinities, NaN", () => {
    const bits = [0x3c00, 0xc000, 0x3555, 0x7bff, 0x0400, 0x03ff, 0x0001, 0x8000, 0x7c00, 0xfc00, 0x7e00];
    const values = [1, -2, 1365 / 4096, 65504, 2 ** -14, 1023 * 2 ** -24, 2 ** -24, -0, Infinity, -Infinity, NaN];
    expect([...readFloat32(write("F16", Uint16Array.from(bits), bits.length))]).toEqual(values);
  });

  it("widens BF16 exactly", () => {
    const bits = [0x3f80, 0xc000, 0x3eab, 0x0001, 0x8000, 0x7f80, 0x7fc0];
    const values = [1, -2, 0.333984375, 2 ** -133, -0, Infinity, NaN];
    expect([...readFloat32(write("BF16", Uint16Array.from(bits), bits.length))]).toEqual(values);
  });

  it("refuses integers as floats", () => {
    expect(() => readFloat32(write("I64", BigInt64Array.of(1n), 1))).toThrow(
      /model\.safetensors: tensor "w": is I64 where floats were expected/,
    );
  });
});
