import { setMaxListeners } from "node:events";

/** Aborted by Ctrl-C, so that what was started is stopped before this process ends. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  // Everything that is asked at once listens to it, however much that is.
  setMaxListeners(0, controller.signal);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
