import type { DecodeSpec, Generation, SampleStrategy } from "../scheduling/program.ts";
import type { Decoding, LogitsWanted, Row, RowLogits } from "../scheduling/sequence.ts";
import { forbid, penalizeRepetition } from "./logits.ts";
import { bestOf } from "./row-logits.ts";
import { promptRows } from "./rows.ts";
import { sample } from "./sampler.ts";

/** More than these are no longer cheaper to choose from than a whole vocabulary. */
const MAX_TOP = 1024;

/** Greedy decoding and sampling: a chain of rows, one new token a pass. Resumed tokens count as if it had made them. */
export class SampleDecoding implements Decoding {
  readonly rows: Row[];
  readonly maxRows: number;
  outcome: Generation | undefined;
  readonly #spec: DecodeSpec;
  readonly #strategy: SampleStrategy;
  readonly tokenIds: number[] = [];
  /** Ids of prompt and answer, for the repetition penalty. */
  readonly #seen: Set<number>;
  /** So many of the largest logits decide; undefined: all do. */
  readonly #top: number | undefined;
  #next: number | undefined;

  constructor(spec: DecodeSpec, strategy: SampleStrategy) {
    this.#spec = spec;
    this.#strategy = strategy;
    this.#seen = new Set(spec.promptTokenIds);
    this.#top = deciding(strategy);
    this.rows = promptRows(spec);
    this.maxRows = spec.promptTokenIds.length + strategy.maxTokens - 1;
    for (const tokenId of spec.resumedTokenIds ?? []) if (this.outcome === undefined) this.#add(tokenId);
  }

  get stem(): number {
    return this.rows.length;
  }

  wants(row: number): LogitsWanted | undefined {
    if (row !== this.rows.length - 1) return undefined;
    return this.#top === undefined ? "all" : { top: this.#top + this.#forbidden.length };
  }

  observe(_row: number, logits: RowLogits): void {
    this.#next = this.#top === undefined ? this.#chooseOfAll(logits.all!) : this.#chooseOfBest(logits, this.#top);
  }

  advance(): void {
    const tokenId = this.#next!;
    if (this.#spec.eosTokenIds.includes(tokenId)) this.outcome = { tokenIds: this.tokenIds, finishReason: "STOP" };
    else this.#add(tokenId);
  }

  /** End tokens, as long as they may not come. */
  get #forbidden(): readonly number[] {
    return this.tokenIds.length < this.#strategy.minTokens ? this.#spec.eosTokenIds : [];
  }

  #chooseOfAll(logits: Float32Array): number {
    const scores = logits.slice();
    penalizeRepetition(scores, this.#seen, this.#strategy.repetitionPenalty);
    forbid(scores, this.#forbidden);
    return sample(scores, this.#strategy.sampling, this.rows.length);
  }

  /** In the order of their ids, as they would stand among all. */
  #chooseOfBest(logits: RowLogits, count: number): number {
    const best = bestOf(logits, count, this.#forbidden).sort((a, b) => a.tokenId - b.tokenId);
    const scores = Float32Array.from(best, ({ score }) => score);
    return best[sample(scores, this.#strategy.sampling, this.rows.length)]!.tokenId;
  }

  #add(tokenId: number): void {
    this.tokenIds.push(tokenId);
    this.#seen.add(tokenId);
    if (this.tokenIds.length >= this.#strategy.maxTokens) {
      this.outcome = { tokenIds: this.tokenIds, finishReason: "LENGTH" };
    } else {
      this.rows.push({ tokenId, position: this.rows.length, parent: this.rows.length - 1 });
    }
  }
}

/** How many of the largest logits decide what comes next; undefined if any may. */
function deciding({ sampling, repetitionPenalty }: SampleStrategy): number | undefined {
  if (repetitionPenalty !== 1) return undefined;
  if (sampling.kind === "greedy") return 1;
  return sampling.topK <= MAX_TOP ? sampling.topK : undefined;
}
