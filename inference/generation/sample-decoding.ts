import type { DecodeSpec, Generation, SampleStrategy } from "../scheduling/program.ts";
import type { Decoding, Row } from "../scheduling/sequence.ts";
import { forbid, penalizeRepetition } from "./logits.ts";
import { promptRows } from "./rows.ts";
import { sample } from "./sampler.ts";

/** Greedy decoding and sampling: a chain of rows, one new token a pass. Resumed tokens count as if it had made them. */
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
    this.rows = promptRows(spec);
    this.maxRows = spec.promptTokenIds.length + strategy.maxTokens - 1;
    for (const tokenId of spec.resumedTokenIds ?? []) if (this.outcome === undefined) this.#add(tokenId);
  }

  get stem(): number {
    return this.rows.length;
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
    if (this.#spec.eosTokenIds.includes(tokenId)) this.outcome = { tokenIds: this.tokenIds, finishReason: "STOP" };
    else this.#add(tokenId);
  }

  #add(tokenId: number): void {
    this.tokenIds.push(tokenId);
    if (this.tokenIds.length >= this.#strategy.maxTokens) {
      this.outcome = { tokenIds: this.tokenIds, finishReason: "LENGTH" };
    } else {
      this.rows.push({ tokenId, position: this.rows.length, parent: this.rows.length - 1 });
    }
  }
}
