import { groupMemory, type GroupMemory } from "./process-memory.ts";

const SAMPLE_MS = 50;
/** Of the time, the part that sampling may take: the system walks through every page of what it is asked about. */
const SHARE = 0.1;

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
  const sampleAgain = (): void => {
    const start = performance.now();
    sample();
    timer = setTimeout(sampleAgain, Math.max(SAMPLE_MS, (performance.now() - start) / SHARE));
  };
  let timer = setTimeout(sampleAgain, SAMPLE_MS);
  try {
    await work();
    const last = sample();
    return { most, last };
  } finally {
    clearTimeout(timer);
  }
}

/** Bytes of memory that a group takes: what is anonymous, and the pages of files that it has mapped and read. */
export function sumOf({ anonymous, files }: GroupMemory): number {
  return anonymous + files;
}
