import { groupMemory, type GroupMemory } from "./process-memory.ts";
import { Sampling } from "./sampling.ts";

/** The memory of a process group over a stretch of time. */
export interface Watched {
  /** The sample whose anonymous memory and pages of files were most together; undefined where the system does not tell. */
  readonly most: GroupMemory | undefined;
  /** At its end. */
  readonly last: GroupMemory | undefined;
}

/** Watches the memory of a process group while `work` is done. */
export async function watchMemory(group: number, work: () => Promise<unknown>): Promise<Watched> {
  let most = groupMemory(group);
  const sample = (): GroupMemory | undefined => {
    const now = groupMemory(group);
    if (now !== undefined && sumOf(now) > sumOf(most!)) most = now;
    return now;
  };
  const sampling = new Sampling(sample);
  try {
    await work();
    const last = sample();
    return { most, last };
  } finally {
    sampling.stop();
  }
}

/** Bytes of memory that a group takes: what is anonymous, and the pages of files that it has mapped and read. */
export function sumOf({ anonymous, files }: GroupMemory): number {
  return anonymous + files;
}
