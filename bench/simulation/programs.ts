import type { CallOutputs, DecodeSpec, EncoderCall, Generation, Program } from "../../inference/scheduling/program.ts";
import type { Decoding, LogitsWanted, Row } from "../../inference/scheduling/sequence.ts";
import { float32 } from "../../inference/tensor.ts";

const NOTHING = float32([1], new Float32Array(1));

/** A caption of so many tokens, of a picture that no other request has. */
export function captionProgram(model: string, picture: string, tokens: number): Program {
  const vision: EncoderCall = { network: `${model}/vision`, key: picture, inputs: { pixels: NOTHING } };
  const memory = { network: `${model}/memory`, key: picture, inputs: { image: { call: vision, output: "out" } } };
  const length = { maxTokens: tokens, minTokens: 0, repetitionPenalty: 1 };
  const strategy = { kind: "sample", sampling: { kind: "greedy" }, ...length } as const;
  return { model, calls: [], decode: { promptTokenIds: [0], eosTokenIds: [], strategy, memory } };
}

/** What a picture's calls give: nothing that is looked at. */
export function outputsOf({ network }: EncoderCall): CallOutputs {
  return network.endsWith("/memory") ? { "memory_k.0": float32([1, 1, 1], new Float32Array(1)) } : { out: NOTHING };
}

/** Says as many tokens as its spec allows. */
export class CountedDecoding implements Decoding {
  readonly rows: Row[];
  readonly stem: number;
  readonly maxRows: number;
  readonly tokenIds: number[] = [];
  outcome: Generation | undefined;
  readonly #maxTokens: number;

  constructor({ promptTokenIds, strategy }: DecodeSpec) {
    if (strategy.kind === "rank") throw new Error("Rankings say nothing.");
    this.#maxTokens = strategy.maxTokens;
    this.rows = promptTokenIds.map((tokenId, i) => ({ tokenId, position: i, parent: i === 0 ? undefined : i - 1 }));
    this.stem = this.rows.length;
    this.maxRows = this.rows.length + this.#maxTokens - 1;
  }

  wants(): LogitsWanted {
    return { top: 1 };
  }

  observe(): void {
    return;
  }

  advance(): void {
    this.tokenIds.push(0);
    if (this.tokenIds.length < this.#maxTokens) {
      this.rows.push({ tokenId: 0, position: this.rows.length, parent: this.rows.length - 1 });
    } else this.outcome = { tokenIds: this.tokenIds, finishReason: "LENGTH" };
  }
}
