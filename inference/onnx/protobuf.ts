/**
 * Writes the Protocol Buffers wire format: https://protobuf.dev/programming-guides/encoding/
 * A message is the concatenation of its encoded fields; reading it is onnxruntime's business.
 */
export type Encoded = Uint8Array;

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** A message, or the payload of one, from its fields in order. */
export function message(fields: readonly Encoded[]): Encoded {
  const bytes = new Uint8Array(fields.reduce((total, field) => total + field.length, 0));
  let at = 0;
  for (const field of fields) {
    bytes.set(field, at);
    at += field.length;
  }
  return bytes;
}

/** An int64 or enum field; a negative value takes ten bytes, as two's complement. */
export function intField(number: number, value: number): Encoded {
  return message([tag(number, VARINT), varint(value)]);
}

export function floatField(number: number, value: number): Encoded {
  const payload = new Uint8Array(4);
  new DataView(payload.buffer).setFloat32(0, value, true);
  return message([tag(number, FIXED_32), payload]);
}

export function bytesField(number: number, value: Uint8Array): Encoded {
  return message([tag(number, LENGTH_DELIMITED), varint(value.length), value]);
}

export function stringField(number: number, value: string): Encoded {
  return bytesField(number, new TextEncoder().encode(value));
}

export function messageField(number: number, fields: readonly Encoded[]): Encoded {
  return bytesField(number, message(fields));
}

/** Seven bits to a byte, the lowest first; the high bit says that more follow. */
export function varint(value: number): Encoded {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

function tag(number: number, wireType: number): Encoded {
  return varint(number * 8 + wireType);
}
