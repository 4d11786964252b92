import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withHeader } from "../../inference/checkpoint/safetensors-writer.ts";
import { root } from "./server.ts";

/** One way in which a checkpoint folder can be broken. */
export interface Breakage {
  readonly damage: (folder: string) => void;
  /** What the failure must name: the file, and the tensor or key. */
  readonly names: readonly string[];
}

const healthy = join(root, "test/golden/blip/captioning-base");
export const weights = "model.safetensors";

/** Copies a healthy checkpoint into a new folder, and breaks it. */
export function makeBroken(folder: string, { damage }: Breakage): void {
  cpSync(healthy, folder, { recursive: true });
  damage(folder);
}

export function replace(name: string, content: (before: Buffer) => Uint8Array | string): Breakage["damage"] {
  return (folder) => {
    const path = join(folder, name);
    writeFileSync(path, content(readFileSync(path)));
  };
}

export function remove(...names: readonly string[]): Breakage["damage"] {
  return (folder) => names.forEach((name) => rmSync(join(folder, name)));
}

/** Puts other weights in the place of the safetensors file. */
export function instead(name: string, content: (folder: string) => Uint8Array | string): Breakage["damage"] {
  return (folder) => {
    rmSync(join(folder, weights));
    writeFileSync(join(folder, name), content(folder));
  };
}

export interface TensorEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

export type Header = Record<string, TensorEntry>;

/** Rewrites the header of the weights, and perhaps their bytes. */
export function rewrite(change: (header: Header, data: Buffer) => Buffer | undefined): Breakage["damage"] {
  return replace(weights, (bytes) => {
    const end = 8 + Number(bytes.readBigUInt64LE(0));
    const { __metadata__: metadata, ...header } = JSON.parse(bytes.toString("utf8", 8, end)) as Header;
    const data = change(header, bytes.subarray(end)) ?? bytes.subarray(end);
    return withHeader({ __metadata__: metadata, ...header }, data);
  });
}

type Section = Record<string, unknown>;

/** Rewrites config.json. */
export function config(
  change: (config: Section & { text_config: Section; vision_config: Section }) => void,
): Breakage["damage"] {
  return replace("config.json", (before) => {
    const parsed = JSON.parse(before.toString()) as Parameters<typeof change>[0];
    change(parsed);
    return JSON.stringify(parsed);
  });
}
