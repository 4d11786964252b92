import type { BeamStrategy, DecodeSpec, Generation } from "../scheduling/program.ts";
import type { Decoding, Row } from "../scheduling/sequence.ts";
import { topIndexes } from "../top-k.ts";
import { forbid, logSoftmax, penalizeRepetition } from "./logits.ts";
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
  readonly #logProbs = new Map<number, Float32Array>();

  constructor(spec: DecodeSpec, strategy: BeamStrategy) {
    this.#spec = spec;
    this.#strategy = strategy;
    this.rows = promptRows(spec);
    this.stem = this.rows.length;
    this.maxRows = spec.promptTokenIds.length + strategy.beams * (strategy.maxTokens - 1);
    this.#running = [{ tokenIds: [], score: 0, row: this.rows.length - 1 }];
  }

  wants(row: number): boolean {
    return this.#running.some((beam) => beam.row === row);
  }

  observe(row: number, logits: Float32Array): void {
    const beam = this.#running.find((running) => running.row === row)!;
    const scores = logSoftmax(logits);
    penalizeRepetition(scores, [...this.#spec.promptTokenIds, ...beam.tokenIds], this.#strategy.repetitionPenalty);
    if (beam.tokenIds.length < this.#strategy.minTokens) forbid(scores, this.#spec.eosTokenIds);
    this.#logProbs.set(row, scores);
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

  /** The best continuations of all running beams, best first; of equals the earlier beam's and lower id first. */
  #candidates(): Beam[] {
    const keep = Math.max(2, 1 + this.#spec.eosTokenIds.length) * this.#strategy.beams;
    const all = this.#running.flatMap((beam) => {
      const scores = this.#logProbs.get(beam.row)!;
      return topIndexes(scores, keep).map((id) => ({
        tokenIds: [...beam.tokenIds, id],
        score: beam.score + scores[id]!,
        row: beam.row,
      }));
    });
    this.#logProbs.clear();
    return all.sort((a, b) => b.score - a.score).slice(0, keep);
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
