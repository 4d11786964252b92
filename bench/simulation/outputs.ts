import type { EncoderBatch } from "../../inference/scheduling/batch.ts";
import type { CallOutputs } from "../../inference/scheduling/program.ts";
import { memoryRows, pictureRows, visionValues } from "./networks.ts";

/** What encoders give: of the right size, so that caches fill as they would, but all of them the same. */
export class Outputs {
  readonly #byNetwork: Readonly<Record<string, CallOutputs>>;

  /** `valueBytes`: of a value that is kept. */
  constructor(valueBytes: number) {
    const matrix = (rows: number, values: number): CallOutputs => {
      const data = valueBytes === 2 ? new Uint16Array(values) : new Float32Array(values);
      return { out: { dims: [rows, values / rows], data } };
    };
    const blip = matrix(memoryRows, visionValues.blip);
    this.#byNetwork = {
      "blip/vision": blip,
      "itm/vision": blip,
      "llava/vision": matrix(pictureRows, visionValues.llava),
      // Only its rows are looked at.
      "blip/memory": { "memory_k.0": { dims: [1, memoryRows, 1], data: new Float32Array(memoryRows) } },
    };
  }

  /** For each of a pass's items. */
  of({ network, items }: EncoderBatch): readonly CallOutputs[] {
    return items.map(() => this.#byNetwork[network]!);
  }
}
