import { Worker } from "node:worker_threads";
import type { QuantisedDtype } from "../checkpoint/served-dtype.ts";

export interface QuantisingJob {
  readonly folder: string;
  readonly dtype: QuantisedDtype;
  /** The folder of quantised weights. */
  readonly cache: string;
  readonly cacheBytes: number | undefined;
}

/** Quantises a checkpoint's weights into the cache, in a thread of its own: it may take minutes. Rejects with what went wrong there. */
export function quantiseInThread(job: QuantisingJob): Promise<void> {
  const thread = new Worker(new URL("./quantising-entry.js", import.meta.url), { workerData: job });
  return new Promise((resolve, reject) => {
    thread.once("error", reject);
    thread.once("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`quantising ended with exit code ${code}`));
    });
  });
}
