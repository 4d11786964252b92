import type { DecodeSpec, Generation, SampleStrategy } from "../scheduling/program.ts";
import type { Decoding, Row } from "../scheduling/sequence.ts";
import { forbid, penalizeRepetition } from "./logits.ts";
import { chain } from "./rows.ts";
import { sample } from "./sampler.ts";

/** Greedy decoding and sampling: a chain of rows, one new token a pass. */
export class SampleDecoding implements Decoding {
  readonly rows: Row[];
  readonly maxRows: number;
  outcome: Generation | undefined;
  readonly #spec: DecodeSpec;
  readonly #strategy: SampleStrategy;
  readonly tokenIds: number[] = [];
  #next: number | undefined;

  constructor(spec: DecodeSpec, strategy: SampleStrategy) {
    this.#spec = spec;
    this.#strategy = strategy;
    this.rows = chain(spec.promptTokenIds);
    this.maxRows = spec.promptTokenIds.length + strategy.maxTokens - 1;
  }

  wants(row: number): boolean {
    return row === this.rows.length - 1;
  }

  observe(_row: number, logits: Float32Array): void {
    const scores = logits.slice();
    const seen = [...this.#spec.promptTokenIds, ...this.tokenIds];
    penalizeRepetition(scores, seen, this.#strategy.repetitionPenalty);
    if (this.tokenIds.length < this.#strategy.minTokens) forbid(scores, this.#spec.eosTokenIds);
    this.#next = sample(scores, this.#strategy.sampling, this.rows.length);
  }

  advance(): void {
    const tokenId = this.#next!;
    if (this.#spec.eosTokenIds.includes(tokenId)) {
      this.outcome = { tokenIds: this.tokenIds, finishReason: "STOP" };
      return;
    }
    this.tokenIds.push(tokenId);
    if (this.tokenIds.length >= this.#strategy.maxTokens) {
      this.outcome = { tokenIds: this.tokenIds, finishReason: "LENGTH" };
    } else {
      this.rows.push({ tokenId, position: this.rows.length, parent: this.rows.length - 1 });
    }
  }
}
