import { CPU } from "../../inference/onnx/target.ts";
import { DecoderStreams } from "../decoder-streams.ts";
import { type Contender, type ContenderOptions, PROMPT, STEPS, STREAMS, tokenOf } from "./contender.ts";

/** Ours, in int4. */
export async function triptychContender({ name, path, threads }: ContenderOptions, cache: string): Promise<Contender> {
  const streams = await DecoderStreams.open(path, {
    dtype: "int4",
    cache,
    target: CPU,
    threads,
    maxStreams: STREAMS,
    promptTokenIds: Array.from({ length: PROMPT }, (_, i) => tokenOf(i)),
    maxTokens: 2 * STEPS + 2,
  });
  return {
    name,
    prefill: () => streams.prompt(0),
    fill: async () => {
      for (let slot = 1; slot < STREAMS; slot++) await streams.prompt(slot);
    },
    decode: async (count) => {
      for (let step = 0; step < STEPS; step++) await streams.step(count);
    },
    rewind: () => {
      streams.rewind();
      return Promise.resolve();
    },
  };
}
