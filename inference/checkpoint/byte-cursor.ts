import type { CheckpointError } from "./checkpoint-error.ts";

/** Reads little-endian values one after another. Every method throws `fail`'s error where the bytes end too early. */
export class ByteCursor {
  position = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly fail: (problem: string) => CheckpointError;

  constructor(bytes: Uint8Array, fail: (problem: string) => CheckpointError) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.fail = fail;
  }

  u8(): number {
    return this.view.getUint8(this.advance(1));
  }

  u16(): number {
    return this.view.getUint16(this.advance(2), true);
  }

  i32(): number {
    return this.view.getInt32(this.advance(4), true);
  }

  u32(): number {
    return this.view.getUint32(this.advance(4), true);
  }

  /** A u64 that a JS number holds exactly; a larger one is an error, as no file is that big. */
  u64(): number {
    const value = this.view.getBigUint64(this.advance(8), true);
    if (value > Number.MAX_SAFE_INTEGER) throw this.fail(`holds the size ${String(value)}, which no file can have`);
    return Number(value);
  }

  /** A two's complement integer of `length` bytes, 0 to 8. */
  signed(length: number): bigint {
    return BigInt.asIntN(
      8 * length,
      this.take(length).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n),
    );
  }

  take(length: number): Uint8Array {
    const start = this.advance(length);
    return this.bytes.subarray(start, start + length);
  }

  utf8(length: number): string {
    const bytes = this.take(length);
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw this.fail("holds a string that is not UTF-8");
    }
  }

  /** Up to the next line feed, which is consumed but not returned. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.position);
    if (end < 0) throw this.fail("ends inside a line");
    const text = this.utf8(end - this.position);
    this.position = end + 1;
    return text;
  }

  private advance(length: number): number {
    const start = this.position;
    if (start + length > this.bytes.length) {
      throw this.fail(`ends after ${this.bytes.length} bytes where ${start + length} were expected`);
    }
    this.position = start + length;
    return start;
  }
}
