import { TOKENS, type CaptionSample } from "./caption.ts";
import { median } from "./statistics.ts";

/** What a pass of a network takes with so many items in it. */
export interface PassCost {
  readonly network: string;
  /** Such as "5–8". */
  readonly batch: string;
  readonly passMs: number;
  readonly itemMs: number;
}

/** Captions of new pictures go through both encoders, those of known ones through `memory` alone; all through the decoder. */
export interface ProfiledSamples {
  readonly fresh: readonly CaptionSample[];
  readonly again: readonly CaptionSample[];
}

interface Observation {
  readonly batch: number;
  readonly ms: number;
}

/** The median pass of each network by its batch, from what the captions say of themselves. */
export function passCosts({ fresh, again }: ProfiledSamples): readonly PassCost[] {
  return [
    ...costs("vision + memory", fresh.map(encoderPass)),
    ...costs("memory", again.map(encoderPass)),
    ...costs("decoder", [...fresh, ...again].map(decoderPass)),
  ];
}

function encoderPass({ timing }: CaptionSample): Observation {
  return { batch: timing.encodeBatch, ms: timing.encodeMs };
}

/** A token takes a pass; the batch is the mean over the caption's. */
function decoderPass({ timing }: CaptionSample): Observation {
  return { batch: Math.round(timing.decodeBatch), ms: timing.decodeMs / TOKENS };
}

function costs(network: string, observations: readonly Observation[]): PassCost[] {
  const sizes = [...new Set(observations.map(sizeClass))].filter((size) => size > 0).toSorted((a, b) => a - b);
  return sizes.map((size) => {
    const alike = observations.filter((one) => sizeClass(one) === size);
    return {
      network,
      batch: size <= 2 ? String(size) : `${size / 2 + 1}–${size}`,
      passMs: median(alike.map(({ ms }) => ms)),
      itemMs: median(alike.map(({ ms, batch }) => ms / batch)),
    };
  });
}

/** The next power of two, so that there are few rows; 0 where no pass ran. */
function sizeClass({ batch }: Observation): number {
  return batch === 0 ? 0 : 2 ** Math.ceil(Math.log2(batch));
}
