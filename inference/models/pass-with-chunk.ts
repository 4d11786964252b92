import { mergeHeads, splitHeads } from "../layers/attention.ts";
import { int } from "../onnx/attributes.ts";
import { choose } from "../onnx/choose.ts";
import { lengthOf } from "../onnx/lengths.ts";
import { concat } from "../onnx/operators.ts";
import { productDim } from "../onnx/shape.ts";
import type { Tensor } from "../onnx/tensor.ts";
import type { DecoderPart, DecoderParts, PartRows, Projections } from "./decoder-parts.ts";

type Attend = (rows: PartRows) => Tensor;
/** What attention gives, its keys and values, and those of a chunk. */
type Results = readonly [attended: Tensor, keys: Tensor, values: Tensor, chunkKeys: Tensor, chunkValues: Tensor];

/**
 * Rows of two parts, of which the second is a chunk of one sequence: x [1, rows of both, width]. Most passes have none, and
 * what there would be to compute for one is left out: an operator takes microseconds also where there are no rows.
 */
export function passWithChunk(rows: DecoderPart, chunk: DecoderPart): DecoderParts {
  const hasChunk = lengthOf(chunk.mask, 2).cast("bool");
  const lengths = partLengths(rows.mask, chunk.mask);
  return {
    all: [rows, chunk],
    attend: (line, attend) => {
      const [attended, keys, values, chunkKeys, chunkValues] = choose(
        hasChunk,
        () => both(line, attend, { rows, chunk, lengths }),
        () => onlyRows(line, attend, rows),
      );
      const ofChunk = { keys: chunkKeys, values: chunkValues };
      return { attended, own: [{ keys, values }, ofChunk] };
    },
  };
}

interface Parts {
  readonly rows: DecoderPart;
  readonly chunk: DecoderPart;
  /** How many of each, int64 [2]. */
  readonly lengths: Tensor;
}

function both(line: Projections, attend: Attend, { rows, chunk, lengths }: Parts): Results {
  const dims = [productDim([rows.mask.dim(0), rows.mask.dim(2)]), chunk.mask.dim(2)];
  const parts = inHeads(line, (x, heads): [Tensor, Tensor] => {
    const [attributes, shapes] = [{ axis: int(1) }, dims.map((dim) => x.shape.with(1, dim))];
    const [first, second] = x.graph.emitAll({ op: "Split", inputs: [x, lengths], attributes, shapes });
    return [headsOfLine(first!, heads, rows), splitHeads(second!, heads)];
  });
  const [queries, keys, values] = parts;
  const own = { keys: keys[0], values: values[0] };
  const ofChunk = { keys: keys[1], values: values[1] };
  const first = inLine(attend({ queries: queries[0], own, part: rows }));
  const second = mergeHeads(attend({ queries: queries[1], own: ofChunk, part: chunk }));
  return [concat([first, second], 1), own.keys, own.values, ofChunk.keys, ofChunk.values];
}

function onlyRows(line: Projections, attend: Attend, part: DecoderPart): Results {
  const [queries, keys, values] = inHeads(line, (x, heads) => headsOfLine(x, heads, part));
  const attended = inLine(attend({ queries, own: { keys, values }, part }));
  return [attended, keys, values, noRows(keys), noRows(values)];
}

/** Of queries, keys and values. */
function inHeads<T>(
  { queries, keys, values, headDim }: Projections,
  split: (x: Tensor, heads: number) => T,
): [T, T, T] {
  const splitOne = (x: Tensor): T => split(x, (x.dim(-1) as number) / headDim);
  return [splitOne(queries), splitOne(keys), splitOne(values)];
}

/** [1, batch × rows, heads × headDim] → [batch, heads, rows, headDim], as many as the mask has. */
function headsOfLine(x: Tensor, heads: number, { mask }: DecoderPart): Tensor {
  const shape = [mask.dim(0), mask.dim(2), heads, (x.dim(-1) as number) / heads];
  const inputs = [x, x.graph.lengths(shape)!];
  return x.graph.emit({ op: "Reshape", inputs, shape }).transpose([0, 2, 1, 3]);
}

/** The way back. */
function inLine(x: Tensor): Tensor {
  const [batch, heads, rows, headDim] = x.shape as [string, number, string, number];
  return x.transpose([0, 2, 1, 3]).reshape([1, productDim([batch, rows]), heads * headDim]);
}

/** [1, heads, 0, headDim] */
function noRows({ graph, shape }: Tensor): Tensor {
  return graph.float32([1, shape[1] as number, 0, shape[3] as number], []);
}

/** Rows of each part, int64 [2]. */
function partLengths(rows: Tensor, chunk: Tensor): Tensor {
  return concat([lengthOf(rows, 0).mul(lengthOf(rows, 2)), lengthOf(chunk, 2)], 0);
}
