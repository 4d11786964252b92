import type { LanguageModel } from "../generation/drive.ts";
import {
  features,
  firstState,
  type KeyValue,
  keyValue,
  logit,
  memoryState,
  nextState,
  seen,
  SHAPE,
  VOCABULARY,
} from "./fake-model.ts";

/** What a decode is to see, in the plainest words. */
export interface Seen {
  readonly pixels: readonly number[];
  /** Without, the memory is the picture's. */
  readonly question: readonly number[] | undefined;
}

/** The fake model without batches, caches, masks or trees: all rows anew for every token. */
export function naiveModel(sees: Seen | undefined): LanguageModel {
  return (tokenIds) => {
    let states = tokenIds.map((tokenId, position) => firstState(tokenId, position));
    for (let layer = 0; layer < SHAPE.layers; layer++) states = afterLayer(states, layer, memoryOf(sees, layer));
    return Float32Array.from({ length: VOCABULARY }, (_, id) => logit(states.at(-1)!, id));
  };
}

function afterLayer(states: readonly number[], layer: number, memory: readonly KeyValue[]): number[] {
  const rows = states.map((state) => seen("own", keyValue(state, layer)));
  const remembered = memory.reduce((sum, row) => (sum + seen("memory", row)) >>> 0, 0);
  return states.map((state, i) => {
    const sum = rows.slice(0, i + 1).reduce((total, row) => (total + row) >>> 0, remembered);
    return nextState(state, sum);
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
