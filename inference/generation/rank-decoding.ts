import type { DecodeSpec, Generation, RankStrategy } from "../scheduling/program.ts";
import type { Decoding, LogitsWanted, Row, RowLogits } from "../scheduling/sequence.ts";
import { logSumExp } from "./logits.ts";
import { promptRows } from "./rows.ts";

/**
 * Ranks choices by Σ log P(token | picture, question, tokens before), as BLIP's answer ranking does (salesforce/BLIP
 * `rank_answer`): first by the first token alone, then the best `candidates` in full. Choices that begin alike share
 * their rows, and all rows are computed in one go.
 */
export class RankDecoding implements Decoding {
  readonly rows: Row[];
  readonly stem: number;
  readonly maxRows: number;
  readonly tokenIds: readonly number[] = [];
  outcome: Generation | undefined;
  readonly #strategy: RankStrategy;
  readonly #root: number;
  /** For each wanted row: the tokens that follow it in some choice, with their log-probabilities once known. */
  readonly #following = new Map<number, Map<number, number>>();
  /** The row after `parent` for a token: the choices' prefix tree. */
  readonly #children = new Map<string, number>();
  #remaining: readonly number[] = [];

  constructor(spec: DecodeSpec, strategy: RankStrategy) {
    this.#strategy = strategy;
    this.rows = promptRows(spec);
    this.stem = this.rows.length;
    this.#root = this.rows.length - 1;
    this.maxRows = this.rows.length + maxChoiceRows(strategy);
    for (const choice of strategy.choices) this.#follow(this.#root, choice[0]!);
  }

  wants(row: number): LogitsWanted | undefined {
    return this.#following.has(row) ? "all" : undefined;
  }

  observe(row: number, { all }: RowLogits): void {
    const logTotal = logSumExp(all!);
    const following = this.#following.get(row)!;
    for (const tokenId of following.keys()) following.set(tokenId, Math.fround(all![tokenId]! - logTotal));
  }

  advance(): void {
    const numRows = this.rows.length;
    if (this.#remaining.length === 0) this.#keepLikeliest();
    if (this.rows.length === numRows) this.#finish();
  }

  #keepLikeliest(): void {
    this.#remaining = this.#likeliestByFirstToken();
    for (const index of this.#remaining) this.#addRows(this.#strategy.choices[index]!);
  }

  #likeliestByFirstToken(): number[] {
    const first = this.#following.get(this.#root)!;
    const { choices, candidates } = this.#strategy;
    const likelihood = (index: number): number => first.get(choices[index]![0]!)!;
    return [...choices.keys()].sort((a, b) => likelihood(b) - likelihood(a)).slice(0, candidates);
  }

  #addRows(choice: readonly number[]): void {
    let parent = this.#root;
    choice.forEach((tokenId, i) => {
      this.#follow(parent, tokenId);
      if (i < choice.length - 1) parent = this.#child(parent, tokenId);
    });
  }

  #child(parent: number, tokenId: number): number {
    const key = `${parent} ${tokenId}`;
    const existing = this.#children.get(key);
    if (existing !== undefined) return existing;
    const row = this.rows.push({ tokenId, position: this.rows[parent]!.position + 1, parent }) - 1;
    this.#children.set(key, row);
    return row;
  }

  #follow(row: number, tokenId: number): void {
    const following = this.#following.get(row) ?? new Map<number, number>();
    if (!following.has(tokenId)) following.set(tokenId, -Infinity);
    this.#following.set(row, following);
  }

  #finish(): void {
    const choiceScores: (number | undefined)[] = this.#strategy.choices.map(() => undefined);
    for (const index of this.#remaining) choiceScores[index] = this.#score(this.#strategy.choices[index]!);
    this.outcome = { tokenIds: [], finishReason: "STOP", choiceScores };
  }

  #score(choice: readonly number[]): number {
    let row = this.#root;
    let sum = 0;
    choice.forEach((tokenId, i) => {
      sum += this.#following.get(row)!.get(tokenId)!;
      if (i < choice.length - 1) row = this.#child(row, tokenId);
    });
    return sum;
  }
}

/** Rows of the longest choices that can be kept, were none to share its beginning; a last token needs none. */
function maxChoiceRows({ choices, candidates }: RankStrategy): number {
  const longest = choices.map(({ length }) => length - 1).sort((a, b) => b - a);
  return longest.slice(0, candidates).reduce((sum, rows) => sum + rows, 0);
}
