/** "wordBias" is the bias of the logits of a vocabulary of BERT's kind. */
export type Fill = "random" | "zeros" | "ones" | "wordBias";

/** A tensor of a made-up checkpoint. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly fill: Fill;
  /** Of a matrix, the only rows that are filled; the others are zero. */
  readonly rows?: { readonly from: number; readonly to: number };
  /** The tensor whose numbers it repeats, as tied matrices do that a file holds twice. */
  readonly tiedTo?: string;
}

/** The sizes of a vision tower, in the words of its config.json. */
export interface TowerSizes {
  readonly hidden_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly intermediate_size: number;
  readonly image_size: number;
  readonly patch_size: number;
}

/** The same tensors for each layer, by its number. */
export function layers(name: string, count: number, layer: readonly NamedTensor[]): NamedTensor[] {
  return Array.from({ length: count }, (_, i) => prefixed(`${name}.${i}.`, layer)).flat();
}

export function prefixed(prefix: string, tensors: readonly NamedTensor[]): NamedTensor[] {
  return tensors.map((tensor) => ({ ...tensor, name: prefix + tensor.name }));
}

/** A matrix [to, from] and its bias. */
export function linear(name: string, { from, to }: { from: number; to: number }): NamedTensor[] {
  return [random(`${name}.weight`, [to, from]), { name: `${name}.bias`, shape: [to], fill: "zeros" }];
}

/** Gain and bias of a layer norm. */
export function norm(name: string, width: number): NamedTensor[] {
  return [gain(name, width), { name: `${name}.bias`, shape: [width], fill: "zeros" }];
}

/** The gain of an RMS norm. */
export function gain(name: string, width: number): NamedTensor {
  return { name: `${name}.weight`, shape: [width], fill: "ones" };
}

export function random(name: string, shape: readonly number[]): NamedTensor {
  return { name, shape, fill: "random" };
}

/** How many numbers a shape has. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
