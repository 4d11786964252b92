import { InferenceError } from "../errors.ts";

/** Waits for shared work, but no longer than the signal lasts (CANCELLED); the work goes on for the others. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
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
  return new InferenceError("CANCELLED", "The request was cancelled.");
}
