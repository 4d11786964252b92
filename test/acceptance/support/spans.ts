import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import type { CollectedSpan } from "../../support/collector.ts";

/** A client's span, as its requests name it. */
export function clientSpan(flags: "00" | "01" = "01"): { traceId: string; spanId: string; traceparent: string } {
  const [traceId, spanId] = [randomBytes(16).toString("hex"), randomBytes(8).toString("hex")];
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-${flags}` };
}

/** Every span lies within its parent, and the topmost belongs to the client's. */
export function expectNested(spans: readonly CollectedSpan[], clientSpanId: string): void {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const roots = spans.filter(({ parentSpanId }) => !byId.has(parentSpanId ?? ""));
  expect(roots.map(({ parentSpanId }) => parentSpanId)).toEqual([clientSpanId]);
  for (const { start, end, parentSpanId, events } of spans) {
    const parent = byId.get(parentSpanId ?? "") ?? { start, end };
    const instants = [parent.start, start, ...events.map(({ at }) => at), end, parent.end];
    expect(instants).toEqual([...instants].sort((a, b) => a - b));
  }
}
