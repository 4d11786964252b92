/** Values as text for Redis: JSON, in which bytes and floats are Base64. */

interface Packed {
  readonly $: "bytes" | "floats";
  readonly data: string;
}

export function encode(value: unknown): string {
  // As it stands there: a Buffer has been asked for its own JSON by now.
  return JSON.stringify(value, function (this: Record<string, unknown>, key, part: unknown) {
    const held = this[key];
    if (held instanceof Uint8Array) return packed("bytes", held);
    return held instanceof Float32Array ? packed("floats", held) : part;
  });
}

/** What `encode` made; whoever wrote it is one of us. */
export function decode(text: string): unknown {
  // Nearly all that is read is tokens: to look at each value would cost several times as much.
  if (!text.includes('"$"')) return JSON.parse(text);
  return JSON.parse(text, (_key, part: unknown) => (isPacked(part) ? unpacked(part) : part));
}

function packed($: Packed["$"], { buffer, byteOffset, byteLength }: ArrayBufferView): Packed {
  return { $, data: Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString("base64") };
}

function isPacked(part: unknown): part is Packed {
  return typeof part === "object" && part !== null && "$" in part && "data" in part && typeof part.data === "string";
}

/** Copied, so that floats lie where floats may lie. */
function unpacked({ $, data }: Packed): Uint8Array | Float32Array {
  const bytes = Uint8Array.from(Buffer.from(data, "base64"));
  return $ === "bytes" ? bytes : new Float32Array(bytes.buffer);
}
