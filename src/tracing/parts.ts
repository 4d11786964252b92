import type { Attributes } from "@opentelemetry/api";
import type { Stage, Timing } from "../../inference/index.ts";

/** A part of the time that a worker took for a request. Milliseconds since it began with it. */
export interface Part {
  readonly name: "queue" | "preprocess" | Stage["kind"];
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
}

/** Between two passes, shorter ones are the engine's own time. */
const minWaitMs = 1;

/** Where a request's time went, in order: its pictures read, then passes, and before them what it waited for. */
export function partsOf({ preprocessMs, stages = [] }: Timing): readonly Part[] {
  const passes = stages.map(passOf).sort((a, b) => a.startMs - b.startMs);
  const parts: Part[] = preprocessMs > 0 ? [part("preprocess", 0, preprocessMs)] : [];
  // Two passes of encoders may overlap.
  let busyUntil = preprocessMs;
  for (const [i, pass] of passes.entries()) {
    const waited = pass.startMs - busyUntil;
    if (waited >= minWaitMs || (i === 0 && waited > 0)) parts.push(part("queue", busyUntil, pass.startMs));
    parts.push(pass);
    busyUntil = Math.max(busyUntil, pass.endMs);
  }
  return parts;
}

function part(name: "queue" | "preprocess", startMs: number, endMs: number): Part {
  return { name, startMs, endMs, attributes: {} };
}

function passOf({ kind, network, startMs, endMs, passes, firstPass, lastPass, batch }: Stage): Part {
  const attributes = {
    "triptych.network": network,
    "triptych.batch": batch,
    "triptych.passes": passes,
    "triptych.first_pass": firstPass,
    "triptych.last_pass": lastPass,
  };
  return { name: kind, startMs, endMs, attributes };
}
