import { openModel } from "../../../../inference/models/registry.ts";
import type { Networks, Picture } from "../../../../inference/models/model.ts";
import type { Tensor } from "../../../../inference/tensor.ts";
import { openGolden, type Golden } from "../blip/golden.ts";

export const BLIP2 = new URL("../../../golden/blip-2/", import.meta.url).pathname;

/** What transformers computed for a generating checkpoint; see test/golden/README.md. */
export interface GenerationCases {
  readonly image_token_index: number;
  readonly eosTokenId: number;
  readonly suppressedTokenIds: readonly number[];
  readonly pictures: readonly string[];
  readonly logits: readonly LogitsCase[];
  readonly generations: readonly GenerationCase[];
  readonly tokenizer: readonly TokenizerCase[];
  readonly chat: ChatCase;
}

export interface LogitsCase {
  readonly name: string;
  readonly image: string;
  readonly prompt: string | null;
  readonly inputTokenIds: readonly number[];
  readonly tokenIds: readonly number[];
  readonly tensor: string;
}

export interface GenerationCase {
  readonly name: string;
  readonly image: string;
  readonly prompt: string | null;
  readonly inputTokenIds: readonly number[];
  readonly promptTokenIds: readonly number[];
  readonly options: Readonly<
    Record<"beams" | "lengthPenalty" | "minTokens" | "maxTokens" | "repetitionPenalty", number>
  > & {
    readonly earlyStopping: boolean;
  };
  readonly tokenIds: readonly number[];
  readonly text: string;
  readonly finishReason: "stop" | "length";
}

export interface TokenizerCase {
  readonly text: string;
  readonly tokenIds: readonly number[];
  readonly plainTokenIds: readonly number[];
  readonly decoded: string;
}

export interface ChatCase {
  readonly messages: readonly { readonly role: "USER" | "ASSISTANT"; readonly text: string }[];
  readonly prompt: string;
  readonly inputTokenIds: readonly number[];
}

/** Placeholders before each prompt. */
export const QUERIES = 5;

export function openBlip2Golden<Cases>(name: string): Golden<Cases> {
  return openGolden<Cases>(name, BLIP2);
}

export function networksOf(name: string): Networks {
  return openModel(`${BLIP2}${name}`).networks();
}

/** wide.png's name among the preprocessed pictures. */
export function pixelsName(image: string): string {
  return `${image.split(".")[0]!}@48x48`;
}

export function pictureOf(golden: Golden<unknown>, image: string): Picture {
  const { dims, data } = golden.pixels(pixelsName(image));
  return { sha256: image, width: 1, height: 1, views: [{ dims: dims.slice(1), data }] };
}

/** Both logits without the tokens that are never said: those the graph masks, transformers does not. */
export function without({ dims, data }: Tensor, tokenIds: readonly number[]): Tensor {
  const width = dims.at(-1)!;
  const kept = (data as Float32Array).filter((_, i) => !tokenIds.includes(i % width));
  return { dims: [...dims.slice(0, -1), width - tokenIds.length], data: kept };
}
