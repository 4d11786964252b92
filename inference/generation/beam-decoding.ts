import type { BeamStrategy, DecodeSpec, Generation } from "../scheduling/program.ts";
import type { Decoding, LogitsWanted, Row, RowLogits } from "../scheduling/sequence.ts";
import { topIndexes } from "../top-k.ts";
import { forbid, logSoftmax, penalizeRepetition } from "./logits.ts";
import { bestOf, type Candidate } from "./row-logits.ts";
import { promptRows } from "./rows.ts";

interface Beam {
  /** New tokens, the end token included when it has come. */
  readonly tokenIds: readonly number[];
  readonly score: number;
  /** The row whose logits continue this beam. */
  readonly row: number;
}

/**
 * Beam search as transformers 5.18 `GenerationMixin._beam_search` does it: of the best max(2, 1 + end tokens) · K
 * candidates, the finished among the top K enter a pool of K, ranked by score / length^lengthPenalty; the best K
 * unfinished go on.
 */
export class BeamDecoding implements Decoding {
  readonly rows: Row[];
  readonly stem: number;
  readonly maxRows: number;
  readonly tokenIds: readonly number[] = [];
  outcome: Generation | undefined;
  readonly #spec: DecodeSpec;
  readonly #strategy: BeamStrategy;
  #running: Beam[];
  #pool: { tokenIds: readonly number[]; score: number }[] = [];
  /** By row: the best continuations, with their log-probabilities. */
  readonly #best = new Map<number, readonly Candidate[]>();

  constructor(spec: DecodeSpec, strategy: BeamStrategy) {
    this.#spec = spec;
    this.#strategy = strategy;
    this.rows = promptRows(spec);
    this.stem = this.rows.length;
    this.maxRows = spec.promptTokenIds.length + strategy.beams * (strategy.maxTokens - 1);
    this.#running = [{ tokenIds: [], score: 0, row: this.rows.length - 1 }];
  }

  wants(row: number): LogitsWanted | undefined {
    const beam = this.#running.find((running) => running.row === row);
    if (beam === undefined) return undefined;
    return this.#strategy.repetitionPenalty === 1 ? { top: this.#keep + this.#forbidden(beam).length } : "all";
  }

  observe(row: number, logits: RowLogits): void {
    const beam = this.#running.find((running) => running.row === row)!;
    this.#best.set(row, logits.all === undefined ? this.#bestOfTop(beam, logits) : this.#bestOfAll(beam, logits.all));
  }

  advance(): void {
    const { beams } = this.#strategy;
    const candidates = this.#candidates();
    const ended = candidates.map((candidate) => this.#hasEnded(candidate));
    this.#pooled(candidates.filter((_, rank) => rank < beams && ended[rank]!));
    const open = candidates.filter((_, rank) => !ended[rank]!).slice(0, beams);
    if (!this.#canImprove(open[0])) this.#finish();
    else this.#running = open.map((beam) => ({ ...beam, row: this.#addRow(beam) }));
  }

  /** So many continuations of each beam can matter. */
  get #keep(): number {
    return Math.max(2, 1 + this.#spec.eosTokenIds.length) * this.#strategy.beams;
  }

  /** End tokens, as long as they may not come. */
  #forbidden({ tokenIds }: Beam): readonly number[] {
    return tokenIds.length < this.#strategy.minTokens ? this.#spec.eosTokenIds : [];
  }

  #bestOfTop(beam: Beam, logits: RowLogits): Candidate[] {
    const best = bestOf(logits, this.#keep, this.#forbidden(beam));
    return best.map(({ tokenId, score }) => ({ tokenId, score: Math.fround(score - logits.logTotal) }));
  }

  /** Penalties go by log-probabilities, and change which are best. */
  #bestOfAll(beam: Beam, logits: Float32Array): Candidate[] {
    const scores = logSoftmax(logits);
    penalizeRepetition(scores, [...this.#spec.promptTokenIds, ...beam.tokenIds], this.#strategy.repetitionPenalty);
    forbid(scores, this.#forbidden(beam));
    return topIndexes(scores, this.#keep).map((tokenId) => ({ tokenId, score: scores[tokenId]! }));
  }

  /** The best continuations of all running beams, best first; of equals the earlier beam's and lower id first. */
  #candidates(): Beam[] {
    const all = this.#running.flatMap((beam) =>
      this.#best.get(beam.row)!.map(({ tokenId, score }) => ({ beam, tokenId, score: beam.score + score })),
    );
    this.#best.clear();
    const best = all.sort((a, b) => b.score - a.score).slice(0, this.#keep);
    return best.map(({ beam, tokenId, score }) => ({ tokenIds: [...beam.tokenIds, tokenId], score, row: beam.row }));
  }

  #hasEnded({ tokenIds }: Beam): boolean {
    return this.#spec.eosTokenIds.includes(tokenIds.at(-1)!) || tokenIds.length >= this.#strategy.maxTokens;
  }

  #pooled(finished: readonly Beam[]): void {
    const scored = finished.map(({ tokenIds, score }) => ({
      tokenIds,
      score: score / tokenIds.length ** this.#strategy.lengthPenalty,
    }));
    const merged = [...this.#pool, ...scored].sort((a, b) => b.score - a.score);
    this.#pool = merged.slice(0, this.#strategy.beams);
  }

  /** Whether the best open beam, if there is one, could still beat the worst of a full pool. */
  #canImprove(best: Beam | undefined): boolean {
    if (best === undefined) return false;
    if (this.#pool.length < this.#strategy.beams) return true;
    if (this.#strategy.earlyStopping) return false;
    return best.score / best.tokenIds.length ** this.#strategy.lengthPenalty > this.#pool.at(-1)!.score;
  }

  #addRow(beam: Beam): number {
    const { position } = this.rows[beam.row]!;
    return this.rows.push({ tokenId: beam.tokenIds.at(-1)!, position: position + 1, parent: beam.row }) - 1;
  }

  #finish(): void {
    const { tokenIds } = this.#pool[0]!;
    const stopped = this.#spec.eosTokenIds.includes(tokenIds.at(-1)!);
    this.outcome = stopped
      ? { tokenIds: tokenIds.slice(0, -1), finishReason: "STOP" }
      : { tokenIds, finishReason: "LENGTH" };
  }
}
