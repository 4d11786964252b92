import type { EncoderCall } from "../scheduling/program.ts";
import { float32, int64, type Tensor } from "../tensor.ts";
import type { Picture } from "./model.ts";

/** The encoder calls of programs. Keys say what the outputs depend on, so equal calls are computed once. */
export class Calls {
  readonly #model: string;

  constructor(model: string) {
    this.#model = model;
  }

  vision({ sha256, views }: Picture): EncoderCall {
    return { network: `${this.#model}/vision`, key: sha256, inputs: { pixel_values: views[0] } };
  }

  /** A network that reads one output of the vision tower, and nothing else. */
  overVision(network: string, vision: EncoderCall, output: string): EncoderCall {
    const inputs = { [output]: { call: vision, output } };
    return { network: `${this.#model}/${network}`, key: vision.key, inputs };
  }

  text(tokenIds: readonly number[]): EncoderCall {
    return { network: `${this.#model}/text`, key: tokenIds.join(), inputs: textInputs(tokenIds) };
  }

  /** A text read over an output of the vision tower: a question or prompt, or one half of a match. */
  textOver(network: string, vision: EncoderCall, tokenIds: readonly number[], output = "image_embeds"): EncoderCall {
    const inputs = { ...textInputs(tokenIds), [output]: { call: vision, output } };
    return { network: `${this.#model}/${network}`, key: `${vision.key} ${tokenIds.join()}`, inputs };
  }
}

function textInputs(tokenIds: readonly number[]): Record<"input_ids" | "attention_mask", Tensor> {
  const mask = float32([tokenIds.length], new Float32Array(tokenIds.length).fill(1));
  return { input_ids: int64(tokenIds), attention_mask: mask };
}
