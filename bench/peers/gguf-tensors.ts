import type { GgufTensor, GgufType } from "./gguf.ts";

/** The weight of a layer, by the layer's name. */
export function matrix(name: string, type: GgufType, shape: readonly number[]): GgufTensor {
  return { name: `${name}.weight`, shape, type };
}

/** What is kept as it is: gains, biases. */
export function vector(name: string, length: number): GgufTensor {
  return { name, shape: [length], type: "F32" };
}

/** The tensors of every layer, with its number before their names: "blk.0.attn_q.weight". */
export function layerByLayer(name: string, count: number, layer: (i: number) => readonly GgufTensor[]): GgufTensor[] {
  const numbered = (i: number): GgufTensor[] =>
    layer(i).map((part) => ({ ...part, name: `${name}.${i}.${part.name}` }));
  return Array.from({ length: count }, (_, i) => numbered(i)).flat();
}
