import type { EncoderCall, Program, Strategy } from "../../inference/scheduling/program.ts";
import { float32 } from "../../inference/tensor.ts";
import { pictureRows } from "./networks.ts";

const NOTHING = float32([1], new Float32Array(1));
const PLACEHOLDER = 32_000;
/** "USER:" and what else stands before a picture. */
const BEFORE_PICTURE = [1, 3148, 1001, 29901];

/** A picture's caption of so many tokens; `maxTokens`: for how many there must be room. */
export function captionProgram(model: string, picture: string, { tokens, maxTokens }: Answer): Program {
  const image = { call: visionCall(model, picture), output: "out" };
  const memory = { network: `${model}/memory`, key: picture, inputs: { image } };
  return {
    model,
    calls: [],
    decode: { promptTokenIds: [0], eosTokenIds: [], strategy: saying({ tokens, maxTokens }), memory },
  };
}

/** A picture's vector for the gallery. */
export function indexProgram(model: string, picture: string): Program {
  return { model, calls: [visionCall(model, picture)] };
}

/** An answer to a question about a picture. */
export function chatProgram(
  model: string,
  picture: string,
  { questionIds, ...answer }: Answer & { readonly questionIds: readonly number[] },
): Program {
  const source = { call: visionCall(model, picture), output: "out" };
  const placeholders = new Array<number>(pictureRows).fill(PLACEHOLDER);
  return {
    model,
    calls: [],
    decode: {
      promptTokenIds: [...BEFORE_PICTURE, ...placeholders, ...questionIds],
      features: [{ start: BEFORE_PICTURE.length, rows: pictureRows, source }],
      eosTokenIds: [],
      strategy: saying(answer),
    },
  };
}

interface Answer {
  readonly tokens: number;
  readonly maxTokens: number;
}

function visionCall(model: string, picture: string): EncoderCall {
  return { network: `${model}/vision`, key: picture, inputs: { pixels: NOTHING } };
}

/** See CountedDecoding. */
function saying({ tokens, maxTokens }: Answer): Strategy {
  return {
    kind: "sample",
    sampling: { kind: "greedy" },
    minTokens: tokens,
    maxTokens,
    repetitionPenalty: 1,
  };
}
