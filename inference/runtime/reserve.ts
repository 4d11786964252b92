import type { FloatData } from "../tensor.ts";
import { alike } from "./strides.ts";

/** Bytes of memory: from so many on, which the system gives page by page as they are written, those that nobody uses take nothing. */
export const LAZY_BYTES = 2 ** 25;
/** Of all arrays together: so few are sooner copied than worth reserving more for. */
const FEW_BYTES = 2 ** 23;
/** Of all arrays together: so many are not to be there twice while one piece of memory takes the place of another. */
const MANY_BYTES = 2 ** 28;
/** What is reserved, to what is needed. */
const TIMES = 16;

/**
 * Gives one after the other of `count` arrays of zeros, each at least so long: with more behind it where they are many, if
 * the system lets them have it.
 */
export function reserve(like: FloatData, length: number, count: number): (i: number) => FloatData {
  const size = like.BYTES_PER_ELEMENT;
  const exactly = (): FloatData => alike(like, length);
  if (length * count * size < FEW_BYTES) return exactly;
  if (length * count * size >= MANY_BYTES) return () => possible(like, TIMES * length) ?? exactly();
  // V8 counts what is reserved as taken, and looks for garbage at every large piece: so they share one.
  const each = Math.max(TIMES * length, Math.ceil(LAZY_BYTES / size / count));
  const shared = possible(like, each * count);
  return (i) => shared?.subarray(i * each, (i + 1) * each) ?? exactly();
}

/** Undefined where so much cannot be had. */
function possible(like: FloatData, length: number): FloatData | undefined {
  try {
    return alike(like, length);
  } catch {
    return undefined;
  }
}
