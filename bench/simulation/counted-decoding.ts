import { promptRows } from "../../inference/generation/rows.ts";
import type { DecodeSpec, Generation } from "../../inference/scheduling/program.ts";
import type { Decoding, LogitsWanted, Row } from "../../inference/scheduling/sequence.ts";

/** Says as many tokens as its spec wants at least, where there is room for as many as it allows. */
export class CountedDecoding implements Decoding {
  readonly rows: Row[];
  readonly maxRows: number;
  readonly tokenIds: number[] = [];
  outcome: Generation | undefined;
  readonly #tokens: number;

  constructor(spec: DecodeSpec) {
    if (spec.strategy.kind === "rank") throw new Error("Rankings say nothing.");
    this.#tokens = spec.strategy.minTokens;
    this.rows = promptRows(spec);
    this.maxRows = this.rows.length + spec.strategy.maxTokens - 1;
  }

  get stem(): number {
    return this.rows.length;
  }

  wants(): LogitsWanted {
    return { top: 1 };
  }

  observe(): void {
    return;
  }

  advance(): void {
    this.tokenIds.push(0);
    if (this.tokenIds.length < this.#tokens) {
      this.rows.push({ tokenId: 0, position: this.rows.length, parent: this.rows.length - 1 });
    } else this.outcome = { tokenIds: this.tokenIds, finishReason: "STOP" };
  }
}
