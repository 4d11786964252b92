import type { CallNode } from "./call-graph.ts";
import type { Request } from "./request.ts";
import { featuresOf, isComputed, type Sequence } from "./sequence.ts";

/** Gives a sequence what its request's targets computed for it to read. Throws where that is not what it wants. */
export function giveInputs({ program, targets }: Request, sequence: Sequence): void {
  const { memory, features = [] } = program.decode!;
  if (memory !== undefined) sequence.memory = targets.at(-1)!.outputs;
  sequence.features = features.map((span, i) => featuresOf(span, targets[program.calls.length + i]!));
}

/**
 * Takes from a sequence what the cache has taken in, for it is not read again and it is large: the memory at once, the
 * features when all are computed. The targets that go with them are returned.
 */
export function takeRead(request: Request, sequence: Sequence): readonly CallNode[] {
  sequence.memory = undefined;
  if (sequence.features.every((span) => isComputed(span, sequence))) sequence.features = [];
  const numKept = request.program.calls.length + sequence.features.length;
  const read = request.targets.slice(numKept);
  request.targets = request.targets.slice(0, numKept);
  return read;
}
