import type { CallOutputs, EncoderCall } from "../scheduling/program.ts";
import { Calls } from "./calls.ts";
import type { Embedding, MatchScores, Prepared, Programs } from "./model.ts";

/**
 * Judges pairs (ITM) and makes vectors to compare (ITC) by the networks vision, text and match. `read` gives the token
 * ids of a text.
 */
export function matchingPrograms({
  model,
  read,
}: {
  readonly model: string;
  readonly read: (text: string) => readonly number[];
}): Programs {
  const calls = new Calls(model);
  return {
    match: (picture, text) => {
      const [vision, ids] = [calls.vision(picture), read(text)];
      const program = { model, calls: [calls.textOver("match", vision, ids), vision, calls.text(ids)] };
      return { program, finish: ({ outputs }) => matchScores(outputs) };
    },
    embedImage: (picture) => embeddingOf(model, calls.vision(picture), "image_embedding"),
    embedText: (text) => embeddingOf(model, calls.text(read(text)), "text_embedding"),
  };
}

/**
 * Outputs of three calls, in this order: itm_logits [2], of which the second is that of a match; image_embedding, one
 * vector or several; text_embedding, one vector (models.md §1.9, §2.9).
 */
function matchScores([match, image, text]: readonly CallOutputs[]): MatchScores {
  const [no, yes] = floats(match, "itm_logits") as unknown as [number, number];
  const similarity = similarityOf(floats(image, "image_embedding"), floats(text, "text_embedding"));
  return { logit: yes, probability: 1 / (1 + Math.exp(no - yes)), similarity };
}

/** A call's output as an embedding: [length of a vector], or [vectors, length]. */
function embeddingOf(model: string, call: EncoderCall, output: string): Prepared<Embedding> {
  return {
    program: { model, calls: [call] },
    finish: ({ outputs: [outputs] }) => ({
      values: floats(outputs, output),
      vectors: outputs![output]!.dims.at(-2) ?? 1,
    }),
  };
}

/** The largest dot product of any of an image's vectors with the text's. */
function similarityOf(image: Float32Array, text: Float32Array): number {
  const vectors = image.length / text.length;
  const products = Array.from({ length: vectors }, (_, i) => dot(image.subarray(i * text.length), text));
  return products.reduce((largest, product) => Math.max(largest, product));
}

function floats(outputs: CallOutputs | undefined, name: string): Float32Array {
  const data = outputs?.[name]?.data;
  if (data instanceof Float32Array) return data;
  throw new TypeError(`a call gave no float32 output ${name}`);
}

function dot(a: Float32Array, b: Float32Array): number {
  return b.reduce((sum, value, i) => sum + value * a[i]!, 0);
}
