import type { CallNode } from "./call-graph.ts";
import type { EncoderCall, FeatureSpan } from "./program.ts";
import type { Request } from "./request.ts";
import { featuresOf, isComputed, type Sequence } from "./sequence.ts";

/** A prompt's features but for those whose rows are all kept already. */
export function spansToCompute(spans: readonly FeatureSpan[], { prefix }: Sequence): readonly FeatureSpan[] {
  return spans.filter(({ start, rows }) => start + rows > (prefix?.rows ?? 0));
}

/**
 * The calls that a request waits for: those it wants back, and what its sequence has not been given yet, one for each of the
 * features to compute, then its memory.
 */
export function wantedCalls({ program: { calls, decode }, spans, sequence, answer }: Request): readonly EncoderCall[] {
  if (sequence?.isUnderWay === true || answer !== undefined) return calls;
  const memory = decode?.memory === undefined ? [] : [decode.memory];
  return [...calls, ...spans.map(({ source }) => source.call), ...memory];
}

/** Gives a sequence what its request's targets computed for it to read. Throws where that is not what it wants. */
export function giveInputs({ program, targets, spans }: Request, sequence: Sequence): void {
  if (program.decode!.memory !== undefined) sequence.memory = targets.at(-1)!.outputs;
  sequence.features = spans.map((span, i) => featuresOf(span, targets[program.calls.length + i]!));
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
