import { InferenceError, type SubmitOptions } from "../inference/index.ts";

/** Submit options for a request that may have a signal. */
export function cancelledBy(signal: AbortSignal | undefined): SubmitOptions {
  return signal === undefined ? {} : { signal };
}

/** Waits for shared work, but no longer than the signal lasts (CANCELLED); the work goes on for the others. */
export async function waitFor<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(cancelled());
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

export function cancelled(): InferenceError {
  return new InferenceError("CANCELLED", "the request was cancelled");
}
