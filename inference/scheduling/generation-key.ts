import { callId, type DecodeSpec, type FeatureSpan } from "./program.ts";

/**
 * Names what a decode comes to: equal keys, equal tokens. That holds for sampled ones too, which draw by their seed and the
 * position, and whatever they are computed beside.
 */
export function generationKey(model: string, decode: DecodeSpec): string {
  const { memory, promptTokenIds, features = [], resumedTokenIds = [], eosTokenIds, strategy, salt } = decode;
  const reads = [memory === undefined ? "nothing" : callId(memory), ...features.map(namesOf)];
  return JSON.stringify([model, reads, promptTokenIds, resumedTokenIds, eosTokenIds, strategy, salt]);
}

function namesOf({ start, rows, source: { call, output }, from = 0 }: FeatureSpan): readonly unknown[] {
  return [callId(call), output, start, rows, from];
}
