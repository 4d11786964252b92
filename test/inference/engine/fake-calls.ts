import type { CallOutput, EncoderCall } from "../../../inference/scheduling/program.ts";
import { float32, int64 } from "../../../inference/tensor.ts";
import type { Seen } from "./naive-model.ts";

/** The encoder calls of the fake models. */

/** What the seeing model's decoder remembers. */
export function memoryCall({ pixels, question }: Seen): EncoderCall {
  const picture = pixels.join(" ");
  const features = { call: vision("seeing", pixels), output: "features" };
  if (question === undefined) return { network: "seeing/memory", key: picture, inputs: { features } };
  const attention_mask = float32([question.length], new Float32Array(question.length).fill(1));
  const inputs = { input_ids: int64(question), attention_mask, features };
  return { network: "seeing/question", key: `${picture}: ${question.join(" ")}`, inputs };
}

/** The rows that a picture takes in a prompt of the looking model. */
export function glanceCall(pixels: readonly number[]): CallOutput {
  const features = { call: vision("looking", pixels), output: "features" };
  return { call: { network: "looking/glance", key: pixels.join(" "), inputs: { features } }, output: "rows" };
}

function vision(model: string, pixels: readonly number[]): EncoderCall {
  const inputs = { pixels: float32([pixels.length], Float32Array.from(pixels)) };
  return { network: `${model}/vision`, key: pixels.join(" "), inputs };
}
