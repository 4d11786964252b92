import { InferenceError } from "../errors.ts";
import type { FloatType } from "../onnx/target.ts";
import type { TensorData } from "../tensor.ts";
import type { NamedTensors } from "./session.ts";

/**
 * Damaged weights make NaN of everything, as does what is larger than the type that is multiplied in; what is decoded from
 * NaN would look like an answer. MODEL_UNAVAILABLE where an output of `network` begins with it.
 */
export function requireNumbers(network: string, outputs: NamedTensors, dtype: FloatType): NamedTensors {
  const wrong = Object.entries(outputs).find(([, { data }]) => beginsWithNaN(data));
  if (wrong === undefined) return outputs;
  throw new InferenceError("MODEL_UNAVAILABLE", `${network} computes ${wrong[0]} as NaN: ${reasons[dtype]}.`);
}

const reasons: Readonly<Record<FloatType, string>> = {
  float32: "the weights of its checkpoint are damaged",
  float16: "the weights of its checkpoint are damaged, or it needs larger numbers than float16 has (--dtype float32)",
};

function beginsWithNaN(data: TensorData): boolean {
  if (data instanceof Uint16Array) return (data[0]! & 0x7fff) > FLOAT16_INFINITY;
  return Number.isNaN(data[0]);
}

const FLOAT16_INFINITY = 0x7c00;
