import type { NamedTensor, TowerSizes } from "../tensors.ts";
import type { StoredDtype } from "./numbers.ts";

/** What a repository of the catalogue holds, at its published size. */
export interface OfficialParts {
  /** Every small file: name → text. */
  readonly texts: Readonly<Record<string, string>>;
  readonly tensors: readonly (NamedTensor & { readonly dtype?: StoredDtype })[];
  /** Of tensors that do not say. */
  readonly dtype: StoredDtype;
  /** One pytorch_model.bin, or safetensors in shards of at most so many bytes. */
  readonly weights: "torch" | { readonly shardBytes: number };
}

/** Beyond what transformers puts into one file, unless it was told otherwise. */
export const shards = { of5: { shardBytes: 5e9 }, of10: { shardBytes: 10e9 } } as const;

/** The same tower with fewer layers, or as it is. */
export function shortened<T extends { readonly num_hidden_layers: number }>(sizes: T, layers: number | undefined): T {
  return { ...sizes, num_hidden_layers: Math.min(sizes.num_hidden_layers, layers ?? Infinity) };
}

export const clipNormalisation = {
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
} as const;

export function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

export type { TowerSizes };
