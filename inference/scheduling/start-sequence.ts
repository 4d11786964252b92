import { spansToCompute } from "./decode-inputs.ts";
import type { Lanes } from "./lanes.ts";
import { decodeCallsOf, type DecodeSpec } from "./program.ts";
import type { Request } from "./request.ts";
import { type Decoding, newSequence } from "./sequence.ts";

/** Gives a request its sequence, if its program decodes. Throws if the cache could never hold it. */
export function startSequence(
  request: Request,
  { lanes, startDecoding }: { readonly lanes: Lanes; readonly startDecoding: (spec: DecodeSpec) => Decoding },
): void {
  const { id, options, program, claim } = request;
  const { model, decode } = program;
  if (decode === undefined) return;
  const lane = lanes.decoder(model);
  const decoding = startDecoding(decode);
  lane.assertPossible(decoding);
  for (const { network } of decodeCallsOf(decode)) lanes.encoder(network).feeds = lane;
  const sequence = newSequence({ id, model, decoding, claim, isWatched: options.streams });
  request.sequence = sequence;
  lane.findPrefix(sequence);
  request.spans = spansToCompute(decode.features ?? [], sequence);
}
