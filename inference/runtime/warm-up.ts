import { elements, type Tensor, type TensorData } from "../tensor.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { forgetPeak, residentMemory } from "./resident-memory.ts";
import type { NamedTensors, Session, SessionInput } from "./session.ts";

/** Lengths of the dimensions that a graph leaves open, by their names in it. */
type OpenLengths = Readonly<Record<string, number>>;

/** A text of an encoder; no text encoder knows fewer positions. */
const TEXT_ROWS = 32;
/** Rows of the past that a chunk looks back at, and of a memory. */
const PAST_ROWS = 256;

/** One picture, one text. */
export const usualEncoderPass: OpenLengths = { batch: 1, rows: TEXT_ROWS };

/** One sequence's chunk of a long prompt, that has a past and no picture in it. */
export function usualDecoderPass(chunkRows: number): OpenLengths {
  const [rows, past] = [chunkRows, PAST_ROWS];
  const beside = { "batch × rows + chunk": rows, chunk: 0, "chunk past": 0, "chunk past + chunk": 0 };
  return { batch: 1, rows, past, "past + rows": past + rows, memory: PAST_ROWS, featured: 0, wanted: 1, ...beside };
}

/**
 * Runs a network on zeros, and tells how many bytes more than before the process had at once during a pass. Twice, and the
 * second counts: in the first, weights are read from their file. Undefined where the system does not tell. Throws where
 * the network cannot be run.
 */
export async function heldByPass(session: Session, lengths: OpenLengths): Promise<number | undefined> {
  const feeds = zeroFeeds(session.inputs ?? [], lengths);
  await session.run(feeds, session.outputNames);
  collectGarbage();
  const before = residentMemory();
  if (before === undefined || !forgetPeak()) return undefined;
  await session.run(feeds, session.outputNames);
  const after = residentMemory();
  return after === undefined ? undefined : Math.max(0, after.peak - before.now);
}

/** Zeros for all inputs; for the one whose value is a number of results, 1. */
function zeroFeeds(inputs: readonly SessionInput[], lengths: OpenLengths): NamedTensors {
  return Object.fromEntries(inputs.map((input) => [input.name, zeros(input, lengths)]));
}

function zeros({ name, dtype, shape }: SessionInput, lengths: OpenLengths): Tensor {
  const dims = shape.map((dim) => (typeof dim === "number" ? dim : (lengths[dim] ?? 1)));
  const data = arrayOf(dtype, elements(dims));
  if (name === "top_k") (data as BigInt64Array).fill(1n);
  return { dims, data };
}

function arrayOf(dtype: string, length: number): TensorData {
  if (dtype === "float32") return new Float32Array(length);
  if (dtype === "float16") return new Uint16Array(length);
  if (dtype === "int64") return new BigInt64Array(length);
  return new Int32Array(length);
}
