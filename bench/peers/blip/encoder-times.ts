import type { ServedDtype } from "../../../inference/index.ts";
import type { EncoderNetwork } from "../../../inference/models/model.ts";
import { openNetworks } from "../../../inference/models/open-networks.ts";
import { openEncoder } from "../../../inference/runtime/open-encoder.ts";
import type { NamedTensors, Session } from "../../../inference/runtime/session.ts";
import { float32 } from "../../../inference/tensor.ts";
import type { PartSeconds } from "./contender.ts";

export interface EncoderTimesOptions {
  readonly dtype: ServedDtype;
  /** The folder of quantised weights. */
  readonly cache: string;
  readonly threads: number;
}

const SIDE = 384;

/** Ours of a captioning checkpoint, one network after the other, as the engine's runner opens them. */
export class EncoderTimes {
  readonly #vision: Session;
  readonly #memory: Session;

  private constructor(vision: Session, memory: Session) {
    [this.#vision, this.#memory] = [vision, memory];
  }

  static async open(checkpoint: string, { threads, ...precision }: EncoderTimesOptions): Promise<EncoderTimes> {
    const { encoders } = await openNetworks(checkpoint, precision);
    const [vision, memory] = encoders as [EncoderNetwork, EncoderNetwork];
    return new EncoderTimes(await openEncoder(vision, { threads }), await openEncoder(memory, { threads }));
  }

  async measure(): Promise<Pick<PartSeconds, "vision" | "memory">> {
    const pixels = float32([1, 3, SIDE, SIDE], new Float32Array(3 * SIDE * SIDE).fill(0.5));
    const vision = await timed(this.#vision, { pixel_values: pixels });
    const memory = await timed(this.#memory, vision.results);
    return { vision: vision.seconds, memory: memory.seconds };
  }
}

async function timed(session: Session, inputs: NamedTensors): Promise<{ results: NamedTensors; seconds: number }> {
  const start = performance.now();
  const results = await session.run(inputs);
  return { results, seconds: (performance.now() - start) / 1000 };
}
