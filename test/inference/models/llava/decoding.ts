import type { DecoderNetwork } from "../../../../inference/models/model.ts";
import { createSession, type Session } from "../../../../inference/runtime/session.ts";
import { elements, type Tensor } from "../../../../inference/tensor.ts";
import { device, target, UNSEEN } from "../../../support/device.ts";

const MASKED = -1e30;
const usual = { target, device };

/** Rows of one sequence, and what stands in the place of those that hold the placeholder's id. */
export interface Prompt {
  readonly tokenIds: readonly number[];
  readonly placeholder: number;
  /** One after the other, [rows, width]. */
  readonly features: readonly Tensor[];
}

/** A language model's network, fed by the contract of DecoderNetwork. */
export class LanguageModel {
  readonly #network: DecoderNetwork;
  readonly #session: Session;

  private constructor(network: DecoderNetwork, session: Session) {
    this.#network = network;
    this.#session = session;
  }

  static async of(network: DecoderNetwork, { target, device } = usual): Promise<LanguageModel> {
    return new LanguageModel(network, await createSession(network.build(target), { threads: 1, device }));
  }

  /** Causal logits of every row, [prompts × longest prompt, vocabulary]; shorter prompts are padded on the right. */
  async logits(prompts: readonly Prompt[]): Promise<Tensor> {
    const { layers, heads, headDim, featureWidth } = this.#network;
    const rows = Math.max(...prompts.map(({ tokenIds }) => tokenIds.length));
    const batch = prompts.length;
    const dims = [batch, heads, UNSEEN, headDim];
    const nothing = { dims, data: new (target.cache === "float16" ? Uint16Array : Float32Array)(elements(dims)) };
    const names = range(layers).flatMap((i) => [`past_k.${i}`, `past_v.${i}`]);
    const { logits } = await this.#session.run({
      ...Object.fromEntries(names.map((name) => [name, nothing])),
      input_ids: int64(
        [batch, rows],
        prompts.flatMap(({ tokenIds }) => padded(tokenIds, rows)),
      ),
      position_ids: int64(
        [batch, rows],
        prompts.flatMap(() => range(rows)),
      ),
      mask: { dims: [batch, 1, rows, UNSEEN + rows], data: causal(batch, rows) },
      ...featuresOf(prompts, featureWidth!),
      logit_rows: int64([batch * rows], range(batch * rows)),
      top_k: int64([1], [1]),
    });
    return logits!;
  }
}

function featuresOf(prompts: readonly Prompt[], width: number): Record<"features" | "feature_rows", Tensor> {
  const places = prompts.flatMap(({ tokenIds, placeholder }, item) =>
    [...tokenIds.keys()].filter((row) => tokenIds[row] === placeholder).map((row) => [item, row]),
  );
  const values = prompts.flatMap(({ features }) => features.flatMap(({ data }) => [...data].map(Number)));
  return {
    features: { dims: [places.length, width], data: Float32Array.from(values) },
    feature_rows: int64([places.length, 2], places.flat()),
  };
}

function padded(tokenIds: readonly number[], rows: number): number[] {
  return [...tokenIds, ...Array<number>(rows - tokenIds.length).fill(0)];
}

/** [batch, 1, rows, unseen + rows] */
function causal(batch: number, rows: number): Float32Array {
  const width = UNSEEN + rows;
  const sees = (row: number, column: number) => column >= UNSEEN && column - UNSEEN <= row;
  return new Float32Array(batch * rows * width).map((_, i) =>
    sees(Math.floor(i / width) % rows, i % width) ? 0 : MASKED,
  );
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

function int64(dims: readonly number[], values: readonly number[]): Tensor {
  return { dims, data: BigInt64Array.from(values, BigInt) };
}
