import type { FinishReason, GenerationResult, ModelFamily, ModelInfo, ScoredText, Timing } from "../inference/index.ts";
import type { GenerationOptionsInput } from "./generation-options.ts";
import type { ImageInput } from "./picture-reader.ts";

/** What every field that runs a model on a picture takes. */
export interface ModelArguments {
  readonly image: ImageInput;
  readonly family: ModelFamily;
  readonly model?: string | null | undefined;
}

/** What every field that generates a text takes. */
export interface GenerationArguments extends ModelArguments {
  readonly options?: GenerationOptionsInput | null | undefined;
}

/** A generated text with the model that wrote it. */
export interface Generation {
  readonly text: string;
  readonly ranking: readonly ScoredText[] | undefined;
  readonly tokens: number;
  readonly finishReason: FinishReason;
  readonly model: ModelInfo;
  readonly timing: Timing;
}

/** What a generation gave, as the graph shows it; `started` on performance.now()'s clock. */
export function toGeneration(result: GenerationResult, model: ModelInfo, started: number): Generation {
  const { text, ranking, tokens, finishReason, timing } = result;
  return { text, ranking, tokens, finishReason, model, timing: measuredSince(started, timing) };
}

/** The timing with the whole time that the field took, reading the picture included. */
export function measuredSince(started: number, timing: Timing): Timing {
  return { ...timing, totalMs: performance.now() - started };
}
