import type {
  CallOutput,
  CallOutputs,
  DecodeSpec,
  EncoderCall,
  Generation,
  Program,
  Strategy,
} from "../../../inference/scheduling/program.ts";
import type { Decoding, LogitsWanted, Row } from "../../../inference/scheduling/sequence.ts";
import { promptRows } from "../../../inference/generation/rows.ts";
import { float32 } from "../../../inference/tensor.ts";

/** Programs of models that have a vision tower, a memory that reads it, and a decoder; and what they would compute. */

export function vision(model: string, picture: string): EncoderCall {
  return { network: `${model}/vision`, key: picture, inputs: { pixels: float32([1], Float32Array.of(1)) } };
}

/** The memory of a picture; it is as long as the picture's name. */
export function memory(model: string, picture: string): EncoderCall {
  const image = { call: vision(model, picture), output: "out" };
  return { network: `${model}/memory`, key: picture, inputs: { image } };
}

/** Reads a picture twice, and a text's embedding. */
export function pair(model: string, picture: string, text: string): EncoderCall {
  const image = { call: vision(model, picture), output: "out" };
  const embedding = { call: { network: `${model}/text`, key: text, inputs: {} }, output: "out" };
  return { network: `${model}/pair`, key: `${picture}+${text}`, inputs: { image, again: image, embedding } };
}

/** What a call gives: told apart by network and key, and a memory if another network reads it as one. */
export function outputsOf({ network, key }: EncoderCall): CallOutputs {
  const out = float32([1], Float32Array.of(hash(`${network} ${key}`)));
  if (network.endsWith("/rows")) return { out: float32([3, 1], new Float32Array(3)) };
  if (!network.endsWith("/memory")) return { out };
  return { out, "memory_k.0": float32([1, key.length, 1], new Float32Array(key.length)) };
}

/** A picture as three rows of a prompt. */
function rowsOf(model: string, picture: string): CallOutput {
  const image = { call: vision(model, picture), output: "out" };
  return { call: { network: `${model}/rows`, key: picture, inputs: { image } }, output: "out" };
}

/** Takes a picture into its prompt, after the first token, then says some tokens. */
export function look(model: string, picture: string, decode: FakeDecode): Program {
  const features = [{ start: 1, rows: 3, source: rowsOf(model, picture) }];
  return { model, calls: [], decode: { ...decodeSpec(decode, undefined), features } };
}

export interface FakeDecode {
  readonly tag: number;
  readonly prompt: number;
  readonly say: number;
  readonly beams: number;
}

export function decodeSpec({ tag, prompt, say, beams }: FakeDecode, read: EncoderCall | undefined): DecodeSpec {
  const length = { maxTokens: say, minTokens: 0, repetitionPenalty: 1 };
  const strategy: Strategy =
    beams === 1
      ? { kind: "sample", sampling: { kind: "greedy" }, ...length }
      : { kind: "beam", beams, lengthPenalty: 1, earlyStopping: false, ...length };
  const promptTokenIds = Array.from({ length: prompt }, (_, i) => (i === prompt - 1 ? tag : -1));
  return { promptTokenIds, eosTokenIds: [], strategy, ...(read && { memory: read }) };
}

/** Sees a picture, then says some tokens of it. */
export function caption(model: string, picture: string, decode: FakeDecode): Program {
  return { model, calls: [], decode: decodeSpec(decode, memory(model, picture)) };
}

/** Says what its spec allows, whatever the logits; each of its tokens is the prompt's last. */
export class ScriptedDecoding implements Decoding {
  readonly rows: Row[];
  readonly stem: number;
  readonly maxRows: number;
  readonly tokenIds: number[] = [];
  outcome: Generation | undefined;
  readonly #beams: number;
  readonly #maxTokens: number;

  constructor(spec: DecodeSpec) {
    const { strategy } = spec;
    if (strategy.kind === "rank") throw new Error("Rankings are not scripted.");
    this.#beams = strategy.kind === "beam" ? strategy.beams : 1;
    this.#maxTokens = strategy.maxTokens;
    this.rows = promptRows(spec);
    this.stem = this.rows.length;
    this.maxRows = this.rows.length + this.#beams * (this.#maxTokens - 1);
  }

  wants(row: number): LogitsWanted | undefined {
    return row >= this.rows.length - this.#beams ? { top: 1 } : undefined;
  }

  observe(): void {
    // It has made up its mind.
  }

  advance(): void {
    const { tokenId, position } = this.rows.at(-1)!;
    this.tokenIds.push(tokenId);
    if (this.tokenIds.length === this.#maxTokens) {
      this.outcome = { tokenIds: this.tokenIds, finishReason: "LENGTH" };
      return;
    }
    const parent = this.rows.length - 1;
    for (let beam = 0; beam < this.#beams; beam++) this.rows.push({ tokenId, position: position + 1, parent });
  }
}

function hash(text: string): number {
  let value = 7;
  for (const letter of text) value = (Math.imul(value, 31) + letter.codePointAt(0)!) % 1_000_003;
  return value;
}
