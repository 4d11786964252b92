import type { DecodeSpec, FeatureSpan } from "../../../inference/scheduling/program.ts";
import type { Tensor } from "../../../inference/tensor.ts";
import type { LanguageModel } from "../generation/drive.ts";
import type { FakeKind } from "./fake-decoder.ts";
import {
  features,
  featureState,
  firstState,
  type KeyValue,
  keyValue,
  logit,
  memoryState,
  nextState,
  seen,
  seenAt,
  SHAPE,
  VOCABULARY,
} from "./fake-model.ts";

/** What a decode is to see, in the plainest words. */
export interface Seen {
  readonly pixels: readonly number[];
  /** Without, the memory is the picture's. */
  readonly question: readonly number[] | undefined;
}

/** A decode of one of the fake models. */
export interface NaiveSpec {
  readonly model: FakeKind;
  /** What its memory is of, if the model has one. */
  readonly sees: Seen | undefined;
  readonly spec: Pick<DecodeSpec, "features">;
}

/** The fake model without batches, caches, masks or trees: all rows anew for every token. */
export function naiveModel({ model, sees, spec }: NaiveSpec): LanguageModel {
  const isBlind = model === "blind";
  return (tokenIds) => {
    let states = tokenIds.map((tokenId, i) => featureAt(spec, i) ?? firstState(tokenId, isBlind ? 0 : i));
    for (let layer = 0; layer < SHAPE.layers; layer++) {
      states = afterLayer(states, { layer, memory: memoryOf(sees, layer), isBlind });
    }
    return Float32Array.from({ length: VOCABULARY }, (_, id) => logit(states.at(-1)!, id));
  };
}

function featureAt({ features: spans = [] }: NaiveSpec["spec"], row: number): number | undefined {
  const span = spans.find(({ start, rows }) => row >= start && row < start + rows);
  return span && featureState(features(pixelsOf(span))[(span.from ?? 0) + row - span.start]!, row);
}

/** Of the picture that the span's features are made of. */
function pixelsOf({ source }: FeatureSpan): number[] {
  const { call } = source.call.inputs.features as FeatureSpan["source"];
  return Array.from((call.inputs.pixels as Tensor).data, Number);
}

function afterLayer(
  states: readonly number[],
  { layer, memory, isBlind }: { layer: number; memory: readonly KeyValue[]; isBlind: boolean },
): number[] {
  const rows = states.map((state) => seen("own", keyValue(state, layer)));
  const remembered = memory.reduce((sum, row) => (sum + seen("memory", row)) >>> 0, 0);
  return states.map((state, i) => {
    const visible = rows.slice(0, i + 1).map((row, j) => (isBlind ? seenAt(row, i - j) : row));
    return nextState(
      state,
      visible.reduce((total, row) => (total + row) >>> 0, remembered),
    );
  });
}

function memoryOf(sees: Seen | undefined, layer: number): KeyValue[] {
  if (sees === undefined) return [];
  const picture = features(sees.pixels);
  const states =
    sees.question === undefined
      ? picture.map((feature) => memoryState(feature))
      : sees.question.map((tokenId, position) => memoryState(picture[0]!, tokenId, position));
  return states.map((state) => keyValue(state, layer));
}
