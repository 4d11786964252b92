import type { CheckpointParts } from "../checkpoint.ts";

/**
 * The checkpoint with zeros in the matrices of its language model's layers, which then take no room on the disk. No kernel
 * that multiplies by them looks at what they hold, so a pass takes as long as with others.
 */
export function withoutMatrices({ name, tensors, ...parts }: CheckpointParts): CheckpointParts {
  const emptied = tensors.map((tensor) => {
    const isOfLayer = tensor.name.startsWith("language_model.model.layers.") && tensor.fill === "random";
    return isOfLayer ? { ...tensor, fill: "zeros" as const } : tensor;
  });
  return { ...parts, name: `${name}-zeros`, tensors: emptied };
}
