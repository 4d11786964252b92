import type { Metrics } from "./metrics.ts";

/** Loaded only where they are wanted: the library takes 12 MB. */
export async function newMetrics(): Promise<Metrics> {
  const { Metrics } = await import("./metrics.ts");
  return new Metrics();
}
