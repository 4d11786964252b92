import type { DecoderShape, EncoderShape } from "./roofline.ts";

/** A transformer's tower over so many rows. */
interface Tower {
  readonly layers: number;
  readonly width: number;
  readonly rows: number;
}

/** BLIP-base sees 384 × 384 pixels in patches of 16, and a class row. */
const vitBase: Tower = { layers: 12, width: 768, rows: 577 };
/** LLaVA-1.5 reads CLIP-L's last but one layer, of 336 × 336 pixels in patches of 14 and a class row. */
const clipLarge: Tower = { layers: 23, width: 1024, rows: 577 };
/** BLIP's text decoder. */
const bert = { layers: 12, width: 768, vocabulary: 30_524 };
/** LLaMA-7B, as LLaVA-1.5 has it. */
const llama = { layers: 32, width: 4096, inner: 11_008, vocabulary: 32_064 };

/** Rows of a picture in a cross-attention, or in a prompt. */
export const memoryRows = vitBase.rows;
export const pictureRows = 576;
/** Values that the towers give for a picture. */
export const visionValues = { blip: vitBase.rows * vitBase.width, llava: pictureRows * llama.width };

/** BLIP's vision tower, for captions and for retrieval alike. */
export const blipVision: EncoderShape = tower(vitBase, visionValues.blip);

/** The keys and values of a picture for each layer's cross-attention. */
export const blipMemory: EncoderShape = {
  parameters: 2 * bert.layers * bert.width ** 2,
  flopsPerItem: 2 * 2 * bert.layers * bert.width ** 2 * memoryRows,
  valuesPerItem: 2 * bert.layers * bert.width * memoryRows,
};

export const blipDecoder: DecoderShape = decoder({
  // Four matrices of self-attention, two of cross-attention, an MLP four times as wide; then the head.
  parameters: bert.layers * 14 * bert.width ** 2 + bert.vocabulary * bert.width,
  valuesPerCachedRow: 2 * bert.layers * bert.width,
});

/** LLaVA's vision tower with its projector of two matrices. */
export const llavaVision: EncoderShape = withProjector(tower(clipLarge, visionValues.llava));

export const llavaDecoder: DecoderShape = decoder({
  parameters: llama.layers * (4 * llama.width ** 2 + 3 * llama.width * llama.inner) + llama.vocabulary * llama.width,
  valuesPerCachedRow: 2 * llama.layers * llama.width,
});

/** Per layer 12 · width² parameters, each for a row's multiplication and addition, and all rows against all. */
function tower({ layers, width, rows }: Tower, valuesPerItem: number): EncoderShape {
  const parameters = layers * 12 * width ** 2;
  const attention = layers * 4 * rows ** 2 * width;
  return { parameters, flopsPerItem: 2 * parameters * rows + attention, valuesPerItem };
}

function withProjector({ parameters, flopsPerItem, valuesPerItem }: EncoderShape): EncoderShape {
  const projector = clipLarge.width * llama.width + llama.width ** 2;
  return {
    parameters: parameters + projector,
    flopsPerItem: flopsPerItem + 2 * projector * pictureRows,
    valuesPerItem,
  };
}

function decoder({ parameters, valuesPerCachedRow }: Omit<DecoderShape, "flopsPerRow">): DecoderShape {
  return { parameters, flopsPerRow: 2 * parameters, valuesPerCachedRow };
}
