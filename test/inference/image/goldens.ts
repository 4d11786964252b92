import { readFileSync } from "node:fs";
import { join } from "node:path";

const BLIP = join(import.meta.dirname, "../../golden/blip");

export function goldenBytes(name: string): Buffer {
  return readFileSync(join(BLIP, name));
}

export function goldenJson(name: string): unknown {
  return JSON.parse(readFileSync(join(BLIP, name), "utf8"));
}

/** A file of pictures/ as pictures.json describes it. */
export interface GoldenPicture {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly rgb: string;
  /** Names in pixels.safetensors: `<name>@<height>x<width>`. */
  readonly pixelValues: readonly string[];
}

export function goldenPictures(): readonly GoldenPicture[] {
  return goldenJson("pictures/pictures.json") as GoldenPicture[];
}

/** The float32 tensors of a safetensors file, by name. */
export function goldenTensors(name: string): Map<string, Float32Array> {
  const file = goldenBytes(name);
  const headerBytes = Number(file.readBigUInt64LE(0));
  const data = file.subarray(8 + headerBytes);
  const header = JSON.parse(file.toString("utf8", 8, 8 + headerBytes)) as Record<string, SafetensorsEntry>;
  const entries = Object.entries(header).filter(([key]) => key !== "__metadata__");
  return new Map(
    entries.map(
      ([
        key,
        {
          data_offsets: [from, to],
        },
      ]) => [key, copyFloats(data.subarray(from, to))],
    ),
  );
}

interface SafetensorsEntry {
  readonly data_offsets: readonly [number, number];
}

/** Copied, because the bytes need not be aligned. */
function copyFloats(bytes: Uint8Array): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer);
}
