import { readFileSync } from "node:fs";
import { openCheckpoint } from "../../../../inference/checkpoint/checkpoint.ts";
import { readFloat32 } from "../../../../inference/checkpoint/read-tensor.ts";
import { readSafetensors } from "../../../../inference/checkpoint/safetensors.ts";
import { readLlavaConfig } from "../../../../inference/models/llava/config.ts";
import { findParts } from "../../../../inference/models/llava/layout.ts";
import { llavaNetworks, llavaNextNetworks } from "../../../../inference/models/llava/networks.ts";
import type { Networks } from "../../../../inference/models/model.ts";
import type { RgbPixels } from "../../../../inference/image/rgb-image.ts";
import type { Tensor } from "../../../../inference/tensor.ts";

export const LLAVA = new URL("../../../golden/llava/", import.meta.url).pathname;
const BLIP = new URL("../../../golden/blip/", import.meta.url).pathname;

/** Checkpoint folders by the reference that they share. */
export const CHECKPOINTS = [
  { name: "clip-llama", expected: "clip-llama" },
  { name: "siglip-qwen2", expected: "siglip-qwen2" },
  { name: "next-mistral", expected: "next-mistral" },
  { name: "clip-llama-renamed", expected: "clip-llama" },
] as const;

export interface GoldenMessage {
  readonly role: "user" | "assistant";
  readonly text: string;
  readonly pictures: readonly string[];
}

export interface LlavaCases {
  readonly prompts: readonly { readonly messages: readonly GoldenMessage[]; readonly tokenIds: readonly number[] }[];
  readonly logits: readonly {
    readonly messages: readonly GoldenMessage[];
    readonly tokenIds: readonly number[];
    readonly tensor: string;
  }[];
  readonly generations: readonly GenerationCase[];
}

export interface GenerationCase {
  readonly messages: readonly GoldenMessage[];
  readonly promptTokenIds: readonly number[];
  readonly options: {
    readonly beams: number;
    readonly lengthPenalty: number;
    readonly earlyStopping: boolean;
    readonly minTokens: number;
    readonly maxTokens: number;
    readonly repetitionPenalty: number;
  };
  readonly tokenIds: readonly number[];
  readonly text: string;
}

/** What transformers computed for one of the tiny checkpoints; see test/golden/README.md. */
export function llavaGolden(expected: string): {
  readonly cases: LlavaCases;
  readonly tensor: (name: string) => Tensor;
} {
  const tensors = tensorsOf(`${LLAVA}expected/${expected}.safetensors`);
  return {
    cases: JSON.parse(readFileSync(`${LLAVA}expected/${expected}.json`, "utf8")) as LlavaCases,
    tensor: (name) => tensors(name),
  };
}

const pixels = tensorsOf(`${LLAVA}pictures/pixels.safetensors`);

/** What an image processor makes of a picture, [views, 3, height, width]; the processor goes by its checkpoint's name. */
export function pixelsOf(picture: string, processor: string): Tensor {
  return pixels(`${picture.split(".")[0]!}@${processor}`);
}

/** A picture, decoded. */
export function goldenPicture(file: string): RgbPixels {
  const rows = JSON.parse(readFileSync(`${LLAVA}pictures/pictures.json`, "utf8")) as GoldenPicture[];
  const { width, height, ofBlip } = rows.find((row) => row.file === file)!;
  const folder = ofBlip ? BLIP : LLAVA;
  return { width, height, data: readFileSync(`${folder}pictures/${file.split(".")[0]!}.rgb.bin`) };
}

interface GoldenPicture {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly ofBlip: boolean;
}

/** A checkpoint's networks, and its config. */
export function networksOf(folder: string, suppressedTokenIds: readonly number[] = []): Networks {
  const config = readLlavaConfig(folder);
  const build = folder.includes("next") ? llavaNextNetworks : llavaNetworks;
  return build({ weights: findParts(openCheckpoint(folder).weights), config, suppressedTokenIds });
}

function tensorsOf(path: string): (name: string) => Tensor {
  const refs = new Map(readSafetensors(path).map((ref) => [ref.name, ref]));
  return (name) => ({ dims: refs.get(name)!.shape, data: readFloat32(refs.get(name)!) });
}
