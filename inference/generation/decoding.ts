import type { DecodeSpec } from "../scheduling/program.ts";
import type { Decoding } from "../scheduling/sequence.ts";
import { BeamDecoding } from "./beam-decoding.ts";
import { RankDecoding } from "./rank-decoding.ts";
import { SampleDecoding } from "./sample-decoding.ts";

/** The decoding that a spec asks for. */
export function startDecoding(spec: DecodeSpec): Decoding {
  const { strategy } = spec;
  switch (strategy.kind) {
    case "sample":
      return new SampleDecoding(spec, strategy);
    case "beam":
      return new BeamDecoding(spec, strategy);
    case "rank":
      return new RankDecoding(spec, strategy);
  }
}
