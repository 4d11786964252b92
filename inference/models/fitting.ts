import { legacyBuffers, type Checkpoint } from "../checkpoint/checkpoint.ts";
import { CheckpointError } from "../checkpoint/checkpoint-error.ts";
import { ShapeError } from "../onnx/shape.ts";

/**
 * Builds networks of a checkpoint's tensors, all of which must find a place, but for those that `unused` lets lie.
 * Shapes that do not fit each other are the checkpoint's fault: its CheckpointError says which.
 */
export function fitting<T>(checkpoint: Checkpoint, build: () => T, unused: readonly RegExp[] = []): T {
  try {
    const built = build();
    checkpoint.assertAllUsed([...legacyBuffers, ...unused]);
    return built;
  } catch (cause) {
    if (!(cause instanceof ShapeError)) throw cause;
    throw new CheckpointError(checkpoint.source, `does not fit config.json: ${cause.message}`, { cause });
  }
}
