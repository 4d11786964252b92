import { crc32, deflateSync } from "node:zlib";

/** What a hand-made PNG says of itself. Colour types: 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colourType: 0 | 2 | 3 | 4 | 6;
}

export type Chunk = readonly [type: string, data: Uint8Array];

/** A PNG with exactly these bytes to inflate (each row begins with its filter byte) and these chunks before them. */
export function png(header: PngHeader, raw: Uint8Array, extra: readonly Chunk[] = []): Buffer {
  const ihdr = Buffer.alloc(13);
  ihdr.writeUInt32BE(header.width, 0);
  ihdr.writeUInt32BE(header.height, 4);
  ihdr.set([header.depth, header.colourType], 8);
  const chunks: Chunk[] = [["IHDR", ihdr], ...extra, ["IDAT", deflateSync(raw)], ["IEND", Buffer.alloc(0)]];
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...chunks.map(writeChunk)]);
}

/** Rows of samples with filter byte 0 in front of each. */
export function unfiltered(samples: Uint8Array, rowBytes: number): Buffer {
  const rows = Array.from({ length: samples.length / rowBytes }, (_, y) =>
    samples.subarray(y * rowBytes, (y + 1) * rowBytes),
  );
  return Buffer.concat(rows.flatMap((row) => [Buffer.of(0), row]));
}

function writeChunk([type, data]: Chunk): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  chunk.set(body, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}
