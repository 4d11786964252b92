import type { MemoryLimits } from "../inference/index.ts";
import { allMemory } from "./memory.ts";

const gibibyte = 2 ** 30;

/** Rows of four conversations about a picture each, 576 rows of it and 300 of text, and half as many of earlier turns. */
const ROWS_OF_CONVERSATIONS = 5_400;

/**
 * How much memory each model's keys and values get where nobody says: as much as some conversations take, which depends on
 * the model, within an eighth of the machine's; 1 GiB at the least, 4 GiB at most.
 */
export function usualKvCache(memory = allMemory()): Pick<MemoryLimits, "kvCacheBytes" | "enoughRows"> {
  const kvCacheBytes = Math.max(gibibyte, Math.min(4 * gibibyte, Math.floor(memory / 8)));
  return { kvCacheBytes, enoughRows: ROWS_OF_CONVERSATIONS };
}
