import type { EncoderCall } from "../../scheduling/program.ts";
import { float32, int64, type Tensor } from "../../tensor.ts";
import type { Picture } from "../model.ts";

/** The encoder calls of BLIP's programs. Keys say what the outputs depend on, so equal calls are computed once. */
export class Calls {
  readonly #model: string;

  constructor(model: string) {
    this.#model = model;
  }

  vision({ sha256, views }: Picture): EncoderCall {
    return { network: `${this.#model}/vision`, key: sha256, inputs: { pixel_values: views[0] } };
  }

  /** Keys and values of a picture for the captioning decoder. */
  memory(vision: EncoderCall): EncoderCall {
    const inputs = { image_embeds: { call: vision, output: "image_embeds" } };
    return { network: `${this.#model}/memory`, key: vision.key, inputs };
  }

  text(tokenIds: readonly number[]): EncoderCall {
    return { network: `${this.#model}/text`, key: tokenIds.join(), inputs: textInputs(tokenIds) };
  }

  /** A text read over a picture: the question of an answer, or one half of a match. */
  textOver(network: "question" | "match", vision: EncoderCall, tokenIds: readonly number[]): EncoderCall {
    const inputs = { ...textInputs(tokenIds), image_embeds: { call: vision, output: "image_embeds" } };
    return { network: `${this.#model}/${network}`, key: `${vision.key} ${tokenIds.join()}`, inputs };
  }
}

function textInputs(tokenIds: readonly number[]): Record<"input_ids" | "attention_mask", Tensor> {
  const mask = float32([tokenIds.length], new Float32Array(tokenIds.length).fill(1));
  return { input_ids: int64(tokenIds), attention_mask: mask };
}
