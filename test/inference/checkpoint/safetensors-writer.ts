export interface TensorToWrite {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** A correct .safetensors file of these tensors, one after another. */
export function safetensors(
  tensors: Readonly<Record<string, TensorToWrite>>,
  metadata?: Record<string, string>,
): Buffer {
  let end = 0;
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
  for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [end, (end += data.length)] };
  }
  return withHeader(header, Buffer.concat(Object.values(tensors).map(({ data }) => data)));
}

/** A .safetensors file with any header at all: a string or bytes as they are, anything else as JSON. */
export function withHeader(header: unknown, data: Uint8Array = new Uint8Array(0)): Buffer {
  const asIs = typeof header === "string" || header instanceof Uint8Array;
  const bytes = Buffer.from(asIs ? header : JSON.stringify(header));
  return Buffer.concat([headerLength(bytes.length), bytes, data]);
}

export function headerLength(length: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(length));
  return bytes;
}

export function float32(...values: readonly number[]): TensorToWrite {
  return { dtype: "F32", shape: [values.length], data: new Uint8Array(Float32Array.from(values).buffer) };
}
